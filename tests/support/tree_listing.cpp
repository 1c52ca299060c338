#include "support/tree_listing.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <vector>

#include "support/temp_dir.hpp"

namespace occy::test {

namespace {

namespace fs = std::filesystem;

std::string device(const struct stat& status) {
  return " " + std::to_string(major(status.st_rdev)) + ":" + std::to_string(minor(status.st_rdev));
}

std::string line(const fs::path& path, const std::string& name) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return "? " + name;
  switch (status.st_mode & S_IFMT) {
    case S_IFREG:
      return "f " + name + ": " + read_file(path).substr(0, 40);
    case S_IFDIR:
      return "d " + name;
    case S_IFLNK:
      return "l " + name + " -> " + fs::read_symlink(path).string();
    case S_IFIFO:
      return "p " + name;
    case S_IFCHR:
      return "c " + name + device(status);
    default:
      return "b " + name + device(status);
  }
}

}  // namespace

std::string list_tree(const fs::path& root) {
  std::vector<std::string> lines;
  for (const auto& entry : fs::recursive_directory_iterator(root))
    lines.push_back(entry.path().lexically_relative(root).string());
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const auto& name : lines) text += line(root / name, name) + "\n";
  return text;
}

}  // namespace occy::test
