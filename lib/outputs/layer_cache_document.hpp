// outputs/layer_cache_document.hpp: the text of a layer cache.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "occy/layer.hpp"
#include "occy/result.hpp"

namespace occy::outputs {

/// What was done to a layer; by equal values, the same.
struct LayerRecipe {
  Digest source_diff_id;

  /// ImageFilter::fingerprint() of all filters in their order; empty: none.
  std::string filters = {};

  /// How the outcome was to be packed.
  Compression compression = Compression::gzip;

  friend auto operator<=>(const LayerRecipe&, const LayerRecipe&) = default;
};

/// Recipes and what came out, the latest last. Of a recipe that comes twice, the latest counts. The oldest of more than
/// 100,000 are forgotten.
class LayerCacheEntries {
 public:
  void add(const LayerRecipe& recipe, const LayerRecord& record);
  void merge(const LayerCacheEntries& later);

  /// Null when there is none; valid until the next change.
  [[nodiscard]] const LayerRecord* find(const LayerRecipe& recipe) const;

  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }

  struct Entry {
    LayerRecipe recipe;
    LayerRecord record;
  };
  /// In their order.
  [[nodiscard]] std::vector<Entry> list() const;

 private:
  struct Place {
    std::uint64_t age;
    LayerRecord record;
  };
  std::map<LayerRecipe, Place> entries_;
  std::map<std::uint64_t, LayerRecipe> by_age_;
  std::uint64_t next_ = 0;
};

/// Reads a document that make_layer_cache() wrote. Errors name the entry; another version is one, too: what a later
/// occy wrote is not to be lost.
[[nodiscard]] result<LayerCacheEntries> parse_layer_cache(std::string_view text);
[[nodiscard]] std::string make_layer_cache(const LayerCacheEntries& entries);

}  // namespace occy::outputs
