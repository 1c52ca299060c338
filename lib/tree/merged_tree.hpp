// tree/merged_tree.hpp: the file system that a container sees: layers laid over one another.
//
//   headers of each layer ──▶ LayerEntries ─┐ in any order, several at once
//                                           ▼ lowest first
//                                 MergedTree::apply() ──▶ fate() of an entry, TreeCursor over what is there
//
// How to use it, for a search:
//
//   tree::LayerEntries noted(name, limits);        // one for each layer, wherever it is walked
//   noted.add(entry);                              // every entry, also whiteouts: their ordinals count
//   tree::MergedTree tree(limits);
//   for (layer of config.diff_ids) tree.apply(noted);   // a layer that is listed twice is applied twice
//   tree.fate(layer, ordinal) == tree::Fate::visible
//
// The rules are those of OCI image-spec 1.1, layer.md, and, where it is silent, what an extractor does that resolves
// paths as openat2(RESOLVE_IN_ROOT) would:
//
//  - Whiteouts and opaque markers hide what lower layers have, wherever they stand in their layer; they make no
//    directory.
//  - The last entry of a path counts. A directory over a directory keeps what is in it; anything else replaces what was
//    there with all below it.
//  - Directories without an entry are implied by what is in them. So is one that takes the place of a file, or of a
//    symbolic link that leads round in a circle, when a later entry lies below it.
//  - A path goes through symbolic links, below the root: with `lib -> usr/lib`, the entry `lib/x` is the file
//    `usr/lib/x`. The last component is not followed.
//  - A hard link is another name of the file that its target is at that moment, with that file's attributes. One whose
//    target is not there, or is a directory, stands for itself (its type stays hard_link).
#pragma once

#include <cstddef>
#include <deque>
#include <string_view>
#include <vector>

#include "occy/limits.hpp"
#include "tar/whiteout.hpp"
#include "tree/layer_entries.hpp"
#include "tree/path_table.hpp"

namespace occy::tree {

/// What became of an entry in the final tree.
enum class Fate {
  visible,   ///< it is what is there
  replaced,  ///< something is at its path, of a later entry
  gone,      ///< nothing is at its path
  no_file,   ///< it never put anything there: a whiteout, an opaque marker, a name that is none
};

/// An entry, by its layer (as applied, from 0) and its ordinal there.
struct EntryPlace {
  std::size_t layer = 0;
  std::size_t ordinal = 0;

  friend bool operator==(const EntryPlace&, const EntryPlace&) = default;
};

/// About 60 bytes for each path of all layers, and 4 for each entry.
class MergedTree {
 public:
  explicit MergedTree(const Limits& limits = {}) : limits_(limits) {}

  /// Lays the next layer over those before. Throws Error (side: input, Errc::limit) for more entries or paths than
  /// Limits::tree_entries, and more text than Limits::tree_text_bytes.
  void apply(const LayerEntries& layer);

  /// Before: layer and ordinal are those of an entry that was applied.
  [[nodiscard]] Fate fate(std::size_t layer, std::size_t ordinal) const noexcept;

  [[nodiscard]] EntryPlace place_of(EntryNumber number) const noexcept;
  [[nodiscard]] const PathTable& nodes() const noexcept { return nodes_; }

 private:
  struct Walk;

  void hide(const LayerEntries& layer);
  [[nodiscard]] NodeId hidden_node(const tar::PathMeaning& marker);
  void require_room() const;
  NodeId place(const LayerEntries::View& entry, const tar::PathMeaning& where, EntryNumber number);
  void write(NodeId id, const LayerEntries::View& entry, EntryNumber number);
  [[nodiscard]] NodeId find_file(std::string_view path);
  [[nodiscard]] bool descend(Walk& walk, std::string_view path);
  [[nodiscard]] bool step(Walk& walk, std::string_view component);
  [[nodiscard]] bool may_follow(Walk& walk, const PathNode& node) const;
  [[nodiscard]] NodeId imply(NodeId parent, std::string_view name, EntryNumber number);

  Limits limits_;
  PathTable nodes_;
  std::vector<EntryNumber> begins_;  // of each layer: its first entry
  std::deque<NodeId> node_of_;       // by entry number, less 1
};

}  // namespace occy::tree
