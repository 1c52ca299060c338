// tree/tree_cursor.hpp: walks over what is there in a merged tree, in the order of paths.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tree/merged_tree.hpp"

namespace occy::tree {

/// One path of the final tree.
struct TreeFile {
  std::string path = {};  ///< normalised; "" is the root
  EntryType type = EntryType::directory;

  /// Target of a symbolic link, and of a hard link without a file. Valid as long as the tree.
  std::string_view link = {};

  /// The entry that put it there. Missing for a directory that is only implied.
  std::optional<EntryPlace> entry = {};

  /// The entry that holds the file: another one for a hard link.
  EntryPlace content = {};

  /// The file's first name in the order of paths; empty when this is it.
  std::string first_name = {};
};

/// Whether `a` comes before `b`: component by component, bytes compared; so a directory comes before what is in it, and
/// that before the next name beside it.
[[nodiscard]] bool path_less(std::string_view a, std::string_view b) noexcept;

/// The root first; a directory before what is in it. The tree must outlive the cursor, and stay as it is. 9 bytes for
/// each path that the tree knows.
class TreeCursor {
 public:
  explicit TreeCursor(const MergedTree& tree);

  /// Missing: no more.
  [[nodiscard]] std::optional<TreeFile> next();

 private:
  /// A directory whose children are handed out.
  struct Level {
    std::size_t next;
    std::size_t end;
    std::size_t path_size;  // of the directory, without a slash
  };

  void sort_children();
  void find_shared_files();
  void enter(NodeId id);
  [[nodiscard]] TreeFile describe(NodeId id);
  [[nodiscard]] std::string first_name(const PathNode& node);

  const MergedTree& tree_;
  std::vector<std::size_t> first_child_;  // by node: where its children begin in children_
  std::vector<NodeId> children_;
  std::unordered_map<EntryNumber, std::string> shared_;  // files of several names: the first name
  std::vector<Level> levels_;
  std::string path_;
  bool begun_ = false;
};

}  // namespace occy::tree
