// outputs/layer_cache.hpp: what became of layers in earlier runs, in a file that several processes may write.
//
// Format: docs/formats.md, "layer cache".
#pragma once

#include <filesystem>
#include <mutex>
#include <optional>
#include <stop_token>

#include "occy/layer.hpp"
#include "outputs/layer_cache_document.hpp"

namespace occy::outputs {

/// Remembers only; whether a blob is still there, its user asks the registry.
///
/// Threads: find() and remember() may be called by several at once.
class LayerCache {
 public:
  /// Reads the file; one that is not there is empty. An empty path: nothing is read, and save() writes nothing. Throws
  /// Error (side: output): Errc::bad_document for a file that is no layer cache, or a later version's,
  /// Errc::destination where none could be written.
  explicit LayerCache(std::filesystem::path path);

  [[nodiscard]] std::optional<LayerRecord> find(const LayerRecipe& recipe) const;
  void remember(const LayerRecipe& recipe, const LayerRecord& record);

  /// Adds what was remembered to the file as it is at that moment, under a lock. Throws Error (side: output) as above,
  /// Errc::timed_out when another process keeps the lock for a minute; the file is then as it was.
  void save(const std::stop_token& stop) const;

 private:
  std::filesystem::path path_;
  mutable std::mutex mutex_;  // guards what follows
  LayerCacheEntries known_;
  LayerCacheEntries learned_;
};

}  // namespace occy::outputs
