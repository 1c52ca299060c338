// occy/outputs/registry_blobs.hpp: writes an index with everything below it to a registry.
//
// Specification: OCI distribution-spec 1.1, push.
#pragma once

#include <memory>

#include "occy/blobs.hpp"
#include "occy/registry.hpp"

namespace occy {

struct RegistryBlobOutputOptions {
  /// Blobs that verify() asks for at once; 0: 4.
  unsigned verify_jobs = 0;
};

/// For copy_index(). A blob that the registry has already (HEAD), or that a repository of the same registry is known to
/// have (mount), is not sent; manifests go under their digests, and the root, last of all, under the name: until then
/// nothing can be pulled by it.
///
/// verify(), over connections of its own: standard fetches the root by its name and every document below it, and asks
/// for each blob's size; full downloads and hashes each blob.
class OCCY_API RegistryBlobOutput final : public BlobOutput {
 public:
  /// Asks nothing yet. A place with a digest and no tag is refused by finalize(), unless it is the root's.
  explicit RegistryBlobOutput(RegistryPlace place, RegistrySession session, RegistryBlobOutputOptions options = {});
  ~RegistryBlobOutput() override;

  void begin(const std::vector<Reference>& references, const std::vector<Descriptor>& blobs) override;
  bool has_blob(const Descriptor& descriptor) override;
  std::unique_ptr<BlobSink> put_blob(const Descriptor& descriptor) override;
  void put_document(const ImageManifest& document) override;
  void finalize(const ImageManifest& root) override;
  CheckResults verify(VerifyLevel level) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy
