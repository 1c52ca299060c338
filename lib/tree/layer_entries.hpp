// tree/layer_entries.hpp: what the entries of one layer say of the tree, in few bytes.
//
// Layers come in any order, and several at once; a tree is built from the lowest layer to the highest. So each layer is
// noted by itself first, from its headers alone.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "occy/entry.hpp"
#include "occy/limits.hpp"
#include "tree/text_pool.hpp"

namespace occy::tree {

/// One layer's entries, each with its ordinal: its place among all entries of the layer, from 0.
class LayerEntries {
 public:
  /// `layer` names the layer in errors.
  explicit LayerEntries(std::string layer, const Limits& limits = {});
  LayerEntries(LayerEntries&&) = default;
  LayerEntries& operator=(LayerEntries&&) = default;

  /// Called for every entry of the layer, in order. Throws Error (side: input, Errc::limit) for more entries than
  /// Limits::tree_entries or more text than Limits::tree_text_bytes, and for a path or a link that no kernel takes.
  void add(const Entry& entry);

  struct View {
    std::string_view path;  ///< normalised (tar/path_view.hpp)
    std::string_view link;
    EntryType type;
  };

  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }

  /// The entry with that ordinal. The texts are valid as long as this object.
  [[nodiscard]] View operator[](std::size_t ordinal) const noexcept;

 private:
  struct Item {
    TextPool::Id path;
    TextPool::Id link;
    EntryType type;
  };

  [[nodiscard]] TextPool::Id keep(std::string_view text, const Entry& entry);

  std::string layer_;
  Limits limits_;
  TextPool texts_;
  std::deque<Item> items_;
  std::string storage_;
};

}  // namespace occy::tree
