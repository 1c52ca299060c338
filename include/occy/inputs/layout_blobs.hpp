// occy/inputs/layout_blobs.hpp: everything below one entry of an OCI image layout.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "occy/blobs.hpp"
#include "occy/digest.hpp"
#include "occy/limits.hpp"

namespace occy {

struct LayoutBlobInputOptions {
  /// The annotation org.opencontainers.image.ref.name. Empty: the only entry; where index.json lists nothing but the
  /// images of one name for several platforms, index.json itself is the root.
  std::string tag = {};

  /// A manifest or an index, whether index.json lists it or not. Nothing else is looked at then.
  std::optional<Digest> digest = {};

  Limits limits = {};
};

/// For copy_index(). No symbolic link below `path` is followed.
class OCCY_API LayoutBlobInput final : public BlobInput {
 public:
  /// Opens nothing yet.
  explicit LayoutBlobInput(std::filesystem::path path, LayoutBlobInputOptions options = {});
  ~LayoutBlobInput() override;

  std::string name() const override;
  std::vector<Reference> references() override;

  /// Throws Error (side: input): Errc::not_found, with the tags that there are, when there is no such entry.
  const ImageManifest& root() override;
  ImageManifest document(const Descriptor& descriptor) override;
  std::unique_ptr<BlockSource> blob(const Descriptor& descriptor) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy
