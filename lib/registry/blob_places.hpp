// registry/blob_places.hpp: which repositories are known to have which blobs, and which blobs are on their way. One for
// each session.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>

#include "occy/digest.hpp"

namespace occy::registry {

/// Registries are named as in Account. Threads: may be used by several at once.
class BlobPlaces {
 public:
  /// The blob was read from there, or found there, or sent there.
  void note(const std::string& registry, const std::string& repository, const Digest& digest);

  [[nodiscard]] bool knows(const std::string& registry, const Digest& digest) const;

  /// A repository of the registry that has the blob, other than `but`; missing when none is known.
  [[nodiscard]] std::optional<std::string> find(const std::string& registry, const Digest& digest,
                                                const std::string& but) const;

  /// Somebody brings a blob to a registry, as long as this lives. Borrows the BlobPlaces.
  class Arrival;

  /// Null when somebody else is bringing the blob.
  [[nodiscard]] std::shared_ptr<Arrival> announce(const std::string& registry, const Digest& digest);

  /// Returns when nobody is bringing the blob any more; after a stop request.
  void wait(const std::string& registry, const Digest& digest, const std::stop_token& stop);

 private:
  using Blob = std::pair<std::string, Digest>;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  std::map<Blob, std::set<std::string>> repositories_;
  std::set<Blob> on_their_way_;
};

class BlobPlaces::Arrival {
 public:
  Arrival(BlobPlaces& places, Blob blob) : places_(places), blob_(std::move(blob)) {}
  Arrival(const Arrival&) = delete;
  Arrival& operator=(const Arrival&) = delete;
  ~Arrival();

 private:
  BlobPlaces& places_;
  Blob blob_;
};

}  // namespace occy::registry
