// outputs/tar_documents.hpp: what stands behind the layers of an archive.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "occy/config.hpp"
#include "outputs/layout_documents.hpp"
#include "outputs/tar_form.hpp"

namespace occy::outputs {

struct TarDocument {
  std::string name;
  std::string bytes;
};

/// What an archive says of an image besides its layers.
struct TarContent {
  TarForm form = TarForm::docker;

  /// RepoTags.
  std::vector<std::string> tags = {};

  /// Only for TarForm::oci.
  std::vector<tar::IndexName> names = {};
  std::optional<ImageManifest> source_manifest = {};
  MediaTypes media_types = {};
};

/// Throws Error (side: output), Errc::unsupported, when a name that an archive should give has a digest.
void refuse_digests(const std::vector<Reference>& names);

/// The members in their order. docker: the config, manifest.json. oci: the config, the manifest, index.json,
/// manifest.json, oci-layout. `layers` are in the order of the config.
[[nodiscard]] std::vector<TarDocument> tar_documents(const TarContent& content, const ImageConfig& config,
                                                     const std::vector<LayerRecord>& layers, const Limits& limits);

}  // namespace occy::outputs
