#include "contract/path_destinations.hpp"

#include "support/write_image.hpp"

namespace occy::test {
namespace {

namespace fs = std::filesystem;

/// What a directory holds, as relative paths.
std::set<std::string> paths_in(const fs::path& directory) {
  std::set<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator(directory))
    paths.insert(entry.path().lexically_relative(directory));
  return paths;
}

/// Hidden files are temporary ones, whether there is an image or not.
bool is_hidden(const std::string& path) { return path.starts_with('.') || path.find("/.") != std::string::npos; }

std::string joined(const std::set<std::string>& paths) {
  std::string text;
  for (const auto& path : paths) text += path + "\n";
  return text;
}

}  // namespace

std::string NewPath::leftovers() {
  auto paths = paths_in(directory_.path());
  const std::string image = path().filename();
  std::erase_if(paths, [&](const std::string& found) {
    return found == image || (found.starts_with(image + "/") && !is_hidden(found));
  });
  return joined(paths);
}

SharedStore::SharedStore(const MakeOutput& make_other, MakeOutput make, Mention mention)
    : make_(std::move(make)), mention_(std::move(mention)) {
  MemoryInput other(make_image({random_layer(77, 2000)}, {"other:9"}));
  write_image(other, *make_other(directory_.path()));
  before_ = paths_in(directory_.path());
}

bool SharedStore::has_image() {
  return read_file(directory_ / mention_.document).find(mention_.text) != std::string::npos;
}

std::string SharedStore::leftovers() {
  auto paths = paths_in(directory_.path());
  const bool published = has_image();
  std::erase_if(paths, [&](const std::string& path) { return published ? !is_hidden(path) : before_.contains(path); });
  return joined(paths);
}

}  // namespace occy::test
