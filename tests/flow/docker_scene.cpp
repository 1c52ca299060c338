#include "flow/docker_scene.hpp"

#include <set>

#include "occy/outputs/docker.hpp"
#include "support/catch.hpp"

namespace occy::test {

ArchiveMembers expected_members(const TestImage& image) {
  ArchiveMembers members;
  std::set<std::string> seen;
  std::string layers;
  for (const auto& layer : image.layers) {
    const auto name = sha256(layer).hex() + "/layer.tar";
    if (seen.insert(name).second) members.emplace_back(name, layer);
    layers += (layers.empty() ? "\"" : ",\"") + name + "\"";
  }
  const auto config = image.config.digest().hex() + ".json";
  members.emplace_back(config, image.config.bytes());
  members.emplace_back("manifest.json", R"([{"Config":")" + config + R"(","RepoTags":[")" +
                                            image.references.at(0).str() + R"("],"Layers":[)" + layers + "]}]\n");
  return members;
}

ProcessReport load(const FakeEngine& engine, const TestImage& image, MemoryInputOptions input) {
  MemoryInput source{image, std::move(input)};
  DockerWriter writer{image.references.at(0), {.engine = engine_at(engine)}};
  return process(source, writer);
}

}  // namespace occy::test
