// occy/inputs/tar_blobs.hpp: everything below one entry of an OCI layout in an archive.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "occy/blobs.hpp"
#include "occy/inputs/tar.hpp"

namespace occy {

/// For copy_index(). As TarInput: an archive in a regular file, whose headers are walked once; but what counts is
/// index.json, not manifest.json, which need not be there. Such archives are written by TarBlobOutput and TarWriter, by
/// Docker 25 and later, Podman, skopeo ("oci-archive") and containerd.
class OCCY_API TarBlobInput final : public BlobInput {
 public:
  /// Opens nothing yet.
  explicit TarBlobInput(std::filesystem::path path, TarInputOptions options = {});
  ~TarBlobInput() override;

  std::string name() const override;
  std::vector<Reference> references() override;

  /// The entry of index.json with the name TarInputOptions::image, or the only one; where index.json lists nothing but
  /// the images of one name for several platforms, index.json itself. Throws Error (side: input): Errc::not_found, with
  /// the names that there are, when there is no such entry.
  const ImageManifest& root() override;
  ImageManifest document(const Descriptor& descriptor) override;
  std::unique_ptr<BlockSource> blob(const Descriptor& descriptor) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy
