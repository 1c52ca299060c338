// occy/inputs/registry_blobs.hpp: everything below one name of a registry.
#pragma once

#include <filesystem>
#include <memory>

#include "occy/blobs.hpp"
#include "occy/registry.hpp"

namespace occy {

struct RegistryBlobInputOptions {
  /// As RegistryInputOptions::blob_cache.
  std::filesystem::path blob_cache = {};
};

/// For copy_index(). Blobs come as they are stored; one whose connection breaks goes on from there, in the same run.
class OCCY_API RegistryBlobInput final : public BlobInput {
 public:
  /// Asks nothing yet.
  RegistryBlobInput(const RegistryPlace& place, RegistrySession session, RegistryBlobInputOptions options = {});
  ~RegistryBlobInput() override;

  std::string name() const override;
  std::vector<Reference> references() override;
  const ImageManifest& root() override;
  ImageManifest document(const Descriptor& descriptor) override;
  std::unique_ptr<BlockSource> blob(const Descriptor& descriptor) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy
