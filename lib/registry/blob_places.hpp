// registry/blob_places.hpp: which repositories are known to have which blobs. One for each session.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "occy/digest.hpp"

namespace occy::registry {

/// Threads: may be used by several at once.
class BlobPlaces {
 public:
  /// The blob was read from there, or found there, or sent there. `registry` as in Account.
  void note(const std::string& registry, const std::string& repository, const Digest& digest);

  /// A repository of the registry that has the blob, other than `but`; missing when none is known.
  [[nodiscard]] std::optional<std::string> find(const std::string& registry, const Digest& digest,
                                                const std::string& but) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::map<Digest, std::set<std::string>>> repositories_;
};

}  // namespace occy::registry
