// registry/blob_cache.hpp: blobs, and beginnings of blobs, that outlive a run.
//
// DIRECTORY/blobs/sha256/<hex>, as in an OCI layout; what is not whole has the suffix ".part".
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "occy/descriptor.hpp"
#include "occy/layer.hpp"

namespace occy::registry {

/// Threads and processes: several may use one directory. A blob that another is fetching is fetched without the cache.
class BlobCache {
 public:
  /// Makes the directories. Throws Error (side: input).
  explicit BlobCache(const std::filesystem::path& directory, std::stop_token stop = {});

  /// The rest of a blob, from an offset.
  using Fetch = std::function<std::unique_ptr<BlockSource>(std::uint64_t offset)>;

  /// The bytes of `blob`: a whole one is read once before, and dropped when it is not what its name promises; a
  /// beginning is given first, and `fetch` gives the rest. A beginning that turns out wrong at the end is dropped, with
  /// Errc::digest_mismatch. Throws Errc::cancelled after a stop request, also while a blob is proved.
  [[nodiscard]] std::unique_ptr<BlockSource> open(const Descriptor& blob, Fetch fetch) const;

  /// The last bytes of a blob that seems to be here whole; of which it has no fewer. Not proved.
  [[nodiscard]] std::optional<std::string> read_end(const Descriptor& blob, std::size_t bytes) const;

 private:
  std::filesystem::path directory_;
  std::stop_token stop_;
};

}  // namespace occy::registry
