// outputs/registry_blobs.hpp: the blobs of the repository that an image is written to.
#pragma once

#include <memory>
#include <string>

#include "occy/digest.hpp"
#include "occy/registry.hpp"
#include "registry/blob_places.hpp"
#include "registry/repository.hpp"

namespace occy::outputs {

/// Brings blobs to one repository, and tells the session where they are, so that images that share them need not send
/// them again.
///
/// Threads: may be used by several at once.
class RegistryBlobs {
 public:
  /// Asks nothing yet. Throws Error (side: usage) for a name whose host is none.
  RegistryBlobs(const RegistrySession& session, const RegistryPlace& place);

  /// Whether the repository has the blob, with this size, or could be given it from another repository of the registry.
  [[nodiscard]] bool has(const Digest& digest, std::uint64_t size);

  /// Whether the session knows a repository of this registry that has the blob.
  [[nodiscard]] bool is_known(const Digest& digest) const;

  /// Tells the other images of the session that the blob will come; null when one of them brings it.
  [[nodiscard]] std::shared_ptr<registry::BlobPlaces::Arrival> announce(const Digest& digest) const;

  /// Returns when nobody is bringing it any more.
  void wait(const Digest& digest, const std::stop_token& stop) const;

  /// For a blob that it has not. The caller says when it is there.
  [[nodiscard]] std::unique_ptr<registry::BlobUpload> begin_upload() { return repository_.begin_upload(); }
  void note(const Digest& digest) const;

  /// Sends a small one, unless it is there.
  void put(const Digest& digest, std::string_view bytes);

  [[nodiscard]] registry::Repository& repository() noexcept { return repository_; }

 private:
  [[nodiscard]] bool is_mounted(const Digest& digest);

  RegistrySession session_;
  std::string registry_;
  std::string name_;
  registry::Repository repository_;
};

}  // namespace occy::outputs
