#include "tree/layer_entries.hpp"

#include <utility>

#include "occy/error.hpp"
#include "tar/path_view.hpp"

namespace occy::tree {

LayerEntries::LayerEntries(std::string layer, const Limits& limits) : layer_(std::move(layer)), limits_(limits) {}

void LayerEntries::add(const Entry& entry) {
  if (items_.size() >= limits_.tree_entries)
    throw Error(Errc::limit, Side::input,
                {.subject = layer_,
                 .what = "too many entries",
                 .expected = "up to " + std::to_string(limits_.tree_entries),
                 .found = "more"});
  const auto path = keep(tar::look_at(entry.path, storage_).normalised, entry);
  const bool is_link = entry.type == EntryType::hard_link || entry.type == EntryType::symbolic_link;
  items_.push_back({.path = path, .link = is_link ? keep(entry.link, entry) : 0, .type = entry.type});
}

TextPool::Id LayerEntries::keep(std::string_view text, const Entry& entry) {
  if (text.size() > TextPool::kLongest)
    throw Error(Errc::limit, Side::input,
                {.subject = layer_ + ": " + entry.path.substr(0, TextPool::kLongest),
                 .what = "path or link is too long",
                 .expected = "up to " + std::to_string(TextPool::kLongest) + " bytes",
                 .found = std::to_string(text.size())});
  if (texts_.size() > limits_.tree_text_bytes)
    throw Error(Errc::limit, Side::input,
                {.subject = layer_,
                 .what = "paths and links are too long together",
                 .expected = "up to " + std::to_string(limits_.tree_text_bytes) + " bytes",
                 .found = "more"});
  return texts_.add(text);
}

LayerEntries::View LayerEntries::operator[](std::size_t ordinal) const noexcept {
  const Item& item = items_[ordinal];
  return {.path = texts_[item.path], .link = texts_[item.link], .type = item.type};
}

}  // namespace occy::tree
