#include "flow/filter_scene.hpp"

#include <vector>

#include "support/archive_builder.hpp"

namespace occy::test {

Verdict keep(Entry&) { return Verdict::keep; }

Verdict age(Entry& entry) {
  entry.mtime.seconds = 77;
  return Verdict::keep;
}

TestFilter::Visit drop(const std::string& path) {
  return [path](Entry& entry) { return entry.path == path ? Verdict::drop : Verdict::keep; };
}

TestImage filter_image() {
  std::vector<std::string> layers;
  for (const char* name : {"one", "two", "three"})
    layers.push_back(make_tar(
        {{.name = name, .content = random_bytes(static_cast<unsigned char>(name[1]), 300'000)}, {.name = "common"}}));
  layers.push_back(layers[1]);
  return make_image(layers);
}

}  // namespace occy::test
