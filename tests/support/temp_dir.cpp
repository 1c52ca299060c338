#include "support/temp_dir.hpp"

#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace occy::test {

namespace fs = std::filesystem;

TempDir::TempDir() : TempDir(fs::temp_directory_path(), fs::perms::owner_all) {}

TempDir TempDir::for_every_user() { return {"/tmp", fs::perms{0755}}; }

TempDir::TempDir(const fs::path& parent, fs::perms mode) {
  std::string name = (parent / "occy-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), name);
  path_ = name;
  fs::permissions(path_, mode);
}

TempDir::~TempDir() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::vector<std::string> TempDir::names() const {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(path_)) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

fs::path write_file(const fs::path& path, std::string_view content) {
  std::ofstream file(path, std::ios::binary);
  file.exceptions(std::ios::failbit | std::ios::badbit);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  return path;
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::system_error(errno, std::generic_category(), path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace occy::test
