// Layers of any entries: the tree stands, whatever they are; every entry has a fate that fits the tree, and the order
// of whiteouts in their layer does not matter.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "fuzz.hpp"
#include "occy/error.hpp"
#include "tar/whiteout.hpp"
#include "tree/merged_tree.hpp"
#include "tree/tree_cursor.hpp"

namespace {

using occy::Entry;
using occy::EntryType;
using occy::tree::LayerEntries;
using occy::tree::MergedTree;
using Layers = std::vector<std::vector<Entry>>;

occy::Limits limits() {
  occy::Limits caps;
  caps.tree_entries = 10'000;
  return caps;
}

// A line is an entry: its type ('d', 'l', 'h', else a file), its path and, behind a '>', its link. An empty line ends
// the layer. The walker lets no NUL pass in names.
Layers layers_of(std::string_view text) {
  Layers layers(1);
  text = text.substr(0, text.find('\0'));
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.empty()) {
      layers.emplace_back();
      continue;
    }
    const auto arrow = std::min(line.find('>'), line.size());
    Entry entry{.path = std::string(line.substr(1, std::max<std::size_t>(arrow, 1) - 1))};
    entry.link = line.substr(std::min(arrow + 1, line.size()));
    if (line[0] == 'd') entry.type = EntryType::directory;
    if (line[0] == 'l') entry.type = EntryType::symbolic_link;
    if (line[0] == 'h') entry.type = EntryType::hard_link;
    layers.back().push_back(std::move(entry));
  }
  return layers;
}

bool is_whiteout(const Entry& entry) {
  std::string storage;
  const auto kind = occy::tar::meaning_of(occy::tar::look_at(entry.path, storage)).kind;
  return kind == occy::tar::PathKind::whiteout || kind == occy::tar::PathKind::opaque;
}

MergedTree merged(const Layers& layers) {
  MergedTree tree(limits());
  for (const auto& layer : layers) {
    LayerEntries entries("layer", limits());
    for (const Entry& entry : layer) entries.add(entry);
    tree.apply(entries);
  }
  return tree;
}

std::vector<std::string> paths_of(const MergedTree& tree) {
  std::vector<std::string> paths;
  occy::tree::TreeCursor cursor(tree);
  while (auto file = cursor.next()) {
    if (!paths.empty() && !occy::tree::path_less(paths.back(), file->path)) std::abort();
    if (file->entry && tree.fate(file->entry->layer, file->entry->ordinal) != occy::tree::Fate::visible) std::abort();
    paths.push_back(std::move(file->path));
  }
  return paths;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) try {
  Layers layers = layers_of(occy::fuzz::text(data, size));
  const auto paths = paths_of(merged(layers));
  for (auto& layer : layers) {
    std::stable_partition(layer.begin(), layer.end(), is_whiteout);
    std::reverse(layer.begin(), std::find_if_not(layer.begin(), layer.end(), is_whiteout));
  }
  if (paths_of(merged(layers)) != paths) std::abort();
  return 0;
} catch (const occy::Error&) {
  return 0;
}
