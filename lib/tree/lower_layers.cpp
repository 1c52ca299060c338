#include "tree/lower_layers.hpp"

#include <utility>

namespace occy::tree {

void LowerLayers::add(std::unique_ptr<LayerDirectory> layer) {
  layers_.push_back(std::move(layer));
  parts_.clear();
}

Standing LowerLayers::look(const std::string& path) {
  for (const std::size_t number : parts_of(std::string(split_path(path).directory))) {
    const LayerDirectory& layer = *layers_[number];
    if (layer.marks.whiteouts.contains(path)) return {};
    Sight sight = layer.root.look(path);
    if (sight.kind != Sight::Kind::missing) return {.layer = number, .sight = std::move(sight)};
  }
  return {};
}

const LowerLayers::Parts& LowerLayers::parts_of(const std::string& directory) {
  const auto known = parts_.find(directory);
  if (known != parts_.end()) return known->second;
  Parts parts = merge(directory);
  return parts_.insert_or_assign(directory, std::move(parts)).first->second;
}

LowerLayers::Parts LowerLayers::merge(const std::string& directory) {
  Parts above;
  if (directory.empty())
    for (std::size_t number = layers_.size(); number-- > 0;) above.push_back(number);
  else
    above = parts_of(std::string(split_path(directory).directory));
  Parts parts;
  for (const std::size_t number : above) {
    const LayerDirectory& layer = *layers_[number];
    if (layer.marks.whiteouts.contains(directory)) break;
    const Sight sight = directory.empty() ? Sight{.kind = Sight::Kind::directory} : layer.root.look(directory);
    if (sight.kind == Sight::Kind::missing) continue;
    if (sight.kind != Sight::Kind::directory) break;
    parts.push_back(number);
    if (layer.marks.opaque.contains(directory)) break;
  }
  return parts;
}

}  // namespace occy::tree
