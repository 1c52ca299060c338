// pipeline/tree_search.hpp: a search for what is in the final file system, or gone from it.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "pipeline/layer_search.hpp"
#include "pipeline/layer_supply.hpp"

namespace occy::pipeline {

/// What becomes of an entry is known only when all layers are: matches wait until then.
class TreeSearch {
 public:
  /// All borrowed. Before: the scope is not every_layer.
  TreeSearch(ImageInput& input, const SearchPatterns& patterns, const SearchOptions& options, const OnMatch& on_match)
      : input_(input), patterns_(patterns), options_(options), on_match_(on_match), supply_(input) {}

  /// Returns how many matches it has told, in the order of the config's layers.
  std::size_t run(unsigned workers);

 private:
  struct LayerFindings {
    LayerInfo info;
    tree::LayerEntries entries;
    std::vector<std::pair<std::size_t, SearchMatch>> matches = {};  ///< with ordinals
  };

  void search_layer(LayerReader& reader, const std::stop_token& stop);
  [[nodiscard]] Digest walk(LayerReader& reader, LayerSearch& look, const std::stop_token& stop) const;
  void hold(LayerFindings& findings, std::size_t ordinal, SearchMatch match);
  [[nodiscard]] std::size_t tell(const ImageConfig& config) const;
  [[nodiscard]] const LayerFindings& layer(const Digest& diff_id) const;

  ImageInput& input_;
  const SearchPatterns& patterns_;
  const SearchOptions& options_;
  const OnMatch& on_match_;
  LayerSupply supply_;
  std::atomic<std::uint64_t> held_bytes_ = 0;

  std::mutex mutex_;  // guards what follows
  std::map<Digest, LayerFindings> layers_;
};

}  // namespace occy::pipeline
