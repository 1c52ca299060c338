// What tests of the registry output share.
#pragma once

#include <string>

#include "occy/outputs/registry.hpp"
#include "occy/process.hpp"
#include "support/fake_registry.hpp"
#include "support/image_builder.hpp"
#include "support/memory_input.hpp"

namespace occy::test {

/// A session that does not wait long before it tries again.
[[nodiscard]] RegistrySession quick_session(unsigned retries = 1);

struct Push {
  std::string name = "occy/test:1";
  RegistryWriterOptions options = {};
  std::vector<ImageFilter*> filters = {};
  VerifyLevel verify = VerifyLevel::full;
  unsigned jobs = 4;
};

/// Reads `input` into the registry.
ProcessReport push(FakeRegistry& registry, ImageInput& input, const Push& how = {},
                   const RegistrySession& session = quick_session());

/// An image as a source has it that keeps blobs and a manifest, of OCI or of schema 2.
enum class ManifestKind { oci, docker };

class StoredInput final : public ImageInput {
 public:
  StoredInput(TestImage image, Compression compression, ManifestKind kind = ManifestKind::oci);

  const ImageDescription& describe() override { return description_; }
  std::unique_ptr<LayerReader> next_layer() override;
  unsigned max_open_layers() const noexcept override { return 8; }
  const ImageConfig& config() override { return image_.config; }

  [[nodiscard]] const ImageManifest& manifest() const { return *description_.manifest; }

  /// Layers that were handed out, and those that were read.
  std::size_t opened = 0;

 private:
  TestImage image_;
  ImageDescription description_;
  std::vector<std::string> blobs_;
};

/// Of the manifest under the tag.
struct ManifestView {
  std::string media_type;
  std::string config_type;
  std::vector<std::string> layer_types;
  std::vector<Digest> layers;
};
[[nodiscard]] ManifestView manifest_in(const FakeRegistry& registry, const std::string& repository,
                                       const std::string& reference);

/// Bytes of the layers under the tag, unpacked.
[[nodiscard]] std::vector<std::string> layers_in(const FakeRegistry& registry, const std::string& repository,
                                                 const std::string& reference);

}  // namespace occy::test
