// inputs/tree_walk.hpp: the entries of a directory tree, in the order of the names' bytes.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/file.hpp"
#include "occy/inputs/tree.hpp"
#include "tar/entry.hpp"

namespace occy {

/// One entry, and the open file where it has data.
struct TreeItem {
  tar::Entry entry;
  std::optional<io::File> file = {};
};

/// Walks below a root that must be a directory. Every step is an openat() of one name without following links, so that
/// a tree that changes meanwhile cannot lead out of itself.
class TreeWalk {
 public:
  TreeWalk(const std::filesystem::path& root, TreeInputOptions options);

  /// The next entry; nothing at the end. The root itself is none. Throws Error: Errc::io (side: input).
  [[nodiscard]] std::optional<TreeItem> next();

 private:
  // A directory on the way down: its names, the last first.
  struct Level {
    io::File directory;
    std::string path;  // with a trailing slash, but for the root
    std::vector<std::string> names;
  };

  void enter(io::File directory, std::string path);
  [[nodiscard]] std::optional<TreeItem> visit(const std::string& name);
  [[nodiscard]] TreeItem visit_file(const std::string& name, tar::Entry entry);
  [[nodiscard]] TreeItem visit_directory(const std::string& name, tar::Entry entry);
  [[nodiscard]] tar::Entry make_entry(const struct stat& status, std::string path) const;
  [[nodiscard]] const std::string* earlier_name(const struct stat& status, const std::string& path);
  [[nodiscard]] io::File open(const std::string& name, int flags) const;

  TreeInputOptions options_;
  std::vector<Level> levels_;
  std::map<std::pair<dev_t, ino_t>, std::string> linked_;  // first names of files that have several
};

}  // namespace occy
