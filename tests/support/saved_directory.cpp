#include "support/saved_directory.hpp"

#include <algorithm>
#include <stdexcept>

#include "support/temp_dir.hpp"

namespace occy::test {

namespace fs = std::filesystem;

namespace {

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  if (text.find(from) == std::string::npos) throw std::runtime_error("replace_all: nothing to replace: " + from);
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

std::string between(const std::string& text, const std::string& before, const std::string& after) {
  const auto begin = text.find(before) + before.size();
  return text.substr(begin, text.find(after, begin) - begin);
}

}  // namespace

fs::path write_members(const fs::path& directory, const std::vector<TarMember>& members) {
  fs::create_directories(directory);
  for (const TarMember& member : members) {
    if (member.type != '0') continue;
    fs::create_directories((directory / member.name).parent_path());
    write_file(directory / member.name, member.bytes);
  }
  return directory;
}

std::vector<std::string> files_below(const fs::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(directory))
    if (entry.is_regular_file()) names.push_back(entry.path().lexically_relative(directory));
  std::ranges::sort(names);
  return names;
}

fs::path write_layout(const fs::path& directory, const SavedImage& image, Compression compression) {
  auto members = save({image}, {.compression = compression});
  remove_member(members, "manifest.json");
  return write_members(directory, members);
}

void rewrite_manifest(const fs::path& layout, const std::string& from, const std::string& to) {
  std::string index = read_file(layout / "index.json");
  const std::string digest = between(index, "\"sha256:", "\"");
  std::string manifest = read_file(layout / "blobs/sha256" / digest);
  const std::string size = std::to_string(manifest.size());
  replace_all(manifest, from, to);
  const std::string changed = sha256(manifest).hex();
  write_file(layout / "blobs/sha256" / changed, manifest);
  replace_all(index, digest, changed);
  replace_all(index, "\"size\":" + size, "\"size\":" + std::to_string(manifest.size()));
  write_file(layout / "index.json", index);
}

}  // namespace occy::test
