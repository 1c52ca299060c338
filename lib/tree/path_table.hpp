// tree/path_table.hpp: the paths of a tree, each once, found by their directory and name.
//
// A node stands for a path, not for a file: it stays when the file goes, and is used again when another comes. So an
// entry of a low layer can still be asked what became of its path.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "occy/entry.hpp"
#include "tree/text_pool.hpp"

namespace occy::tree {

using NodeId = std::uint32_t;
inline constexpr NodeId kRoot = 0;
inline constexpr NodeId kNoNode = 0xffffffffU;

/// Counts the entries of all layers from the lowest to the highest, from 1.
using EntryNumber = std::uint32_t;

struct PathNode {
  NodeId parent = kRoot;
  TextPool::Id name = 0;

  /// The entry that put the file there last; 0 when a whiteout took it away. The file is there when its directory is,
  /// and nothing has cut it off since.
  EntryNumber written = 0;

  /// The entry that holds the file: another one for a hard link.
  EntryNumber content = 0;

  /// What is in this directory from entries before this one is gone. One number hides a million files.
  EntryNumber cut = 0;

  /// Where a symbolic link leads, and a hard link whose file is not there.
  TextPool::Id link = 0;

  EntryType type = EntryType::directory;

  /// Whether the directory has an entry, or is there because something is in it.
  enum class Origin : std::uint8_t { entry, implied } origin = Origin::implied;
};

class PathTable {
 public:
  PathTable();

  [[nodiscard]] std::size_t size() const noexcept { return nodes_.size(); }
  [[nodiscard]] PathNode& operator[](NodeId id) noexcept { return nodes_[id]; }
  [[nodiscard]] const PathNode& operator[](NodeId id) const noexcept { return nodes_[id]; }
  [[nodiscard]] std::string_view text(TextPool::Id id) const noexcept { return texts_[id]; }
  [[nodiscard]] std::uint64_t text_bytes() const noexcept { return texts_.size(); }

  /// kNoNode when no layer had such a path.
  [[nodiscard]] NodeId find(NodeId parent, std::string_view name) const noexcept;

  /// A new node is not there yet (written is 0).
  [[nodiscard]] NodeId find_or_add(NodeId parent, std::string_view name);

  [[nodiscard]] TextPool::Id keep(std::string_view text) { return texts_.add(text); }

  /// Whether a node is there, when its directory is.
  [[nodiscard]] bool is_in_directory(NodeId id) const noexcept;

  /// Whether a node and all directories above it are there.
  [[nodiscard]] bool exists(NodeId id) const noexcept;

 private:
  [[nodiscard]] std::size_t slot_of(NodeId parent, std::string_view name) const noexcept;
  void grow();

  std::deque<PathNode> nodes_;
  TextPool texts_;
  std::vector<NodeId> slots_;  // open addressing; a power of two, at most half of them used; kNoNode is free
  std::uint64_t key_;
};

}  // namespace occy::tree
