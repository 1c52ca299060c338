// outputs/registry_manifest.hpp: which manifest an image gets in a registry.
//
// Specification: OCI image-spec 1.1, manifest.md; Docker image manifest, schema 2.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "occy/image.hpp"
#include "occy/outputs/registry.hpp"
#include "outputs/layout_documents.hpp"

namespace occy::outputs {

/// Decides once for an image, before its layers.
class ManifestChoice {
 public:
  /// `destination` is the subject of Errors. Throws Error (side: output): Errc::unsupported when layers would be packed
  /// in a way that the format that is asked for cannot say; Errc::digest_mismatch when digests have to be kept, and
  /// there is no manifest that could be.
  ManifestChoice(const ImageDescription& image, const RegistryWriterOptions& options, std::string destination);

  [[nodiscard]] bool can_say(Compression compression) const noexcept;

  /// Throws Errc::unsupported when the format that is asked for cannot say how a blob is packed.
  void require_sayable(Compression compression) const;

  /// The source's, byte for byte, when it names exactly this config and these blobs; otherwise one of the source's
  /// kind, or of the format that is asked for. `layers` are in the order of the config. Throws Errc::digest_mismatch
  /// when the source's had to be kept.
  [[nodiscard]] ImageManifest make(const ImageConfig& config, const std::vector<LayerRecord>& layers,
                                   const Limits& limits) const;

 private:
  using Format = RegistryWriterOptions::Format;

  [[nodiscard]] bool may_keep() const;
  [[nodiscard]] ImageManifest make_new(const ImageConfig& config, const std::vector<LayerRecord>& layers) const;
  [[nodiscard]] bool is_docker(const std::vector<LayerRecord>& layers) const;

  std::optional<ImageManifest> source_;
  MediaTypes media_types_;
  Format asked_;
  Format family_;  ///< docker or oci
  RegistryWriterOptions::Digests digests_;
  std::string destination_;
};

}  // namespace occy::outputs
