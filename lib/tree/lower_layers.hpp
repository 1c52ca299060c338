// tree/lower_layers.hpp: the layers below the current one, each a directory of its own, seen as one tree.
//
// As an overlay file system merges them: from the top down, until something else than a directory, a whiteout or an
// opaque directory ends the search.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tree/root_directory.hpp"

namespace occy::tree {

/// What a layer hides of those below it. Paths.
struct OverlayMarks {
  std::set<std::string, std::less<>> whiteouts = {};
  std::set<std::string, std::less<>> opaque = {};
};

/// One layer on disk.
struct LayerDirectory {
  RootDirectory root;
  OverlayMarks marks = {};
};

/// What stands at a path, and in which layer.
struct Standing {
  std::size_t layer = 0;
  Sight sight = {};
};

class LowerLayers {
 public:
  /// The next layer, on top of the others.
  void add(std::unique_ptr<LayerDirectory> layer);

  /// Before: the directory of `path` is one without links. Missing kind: nothing is there.
  [[nodiscard]] Standing look(const std::string& path);

  [[nodiscard]] const LayerDirectory& layer(std::size_t number) const { return *layers_.at(number); }

 private:
  /// Numbers of the layers that take part in a directory, the top one first.
  using Parts = std::vector<std::size_t>;

  [[nodiscard]] const Parts& parts_of(const std::string& directory);
  [[nodiscard]] Parts merge(const std::string& directory);

  std::vector<std::unique_ptr<LayerDirectory>> layers_;
  std::unordered_map<std::string, Parts> parts_;  ///< of directories that were asked for since the last add()
};

}  // namespace occy::tree
