#include "outputs/tar_documents.hpp"

#include "tar/archive_documents.hpp"

namespace occy::outputs {

std::vector<TarDocument> tar_documents(const TarContent& content, const ImageConfig& config,
                                       const std::vector<LayerRecord>& layers, const Limits& limits) {
  tar::ArchiveImage image{.config = config_name(content.form, config.digest()), .tags = content.tags, .layers = {}};
  for (const LayerRecord& layer : layers) image.layers.push_back(layer_name(content.form, layer));
  const TarDocument archive_manifest{.name = tar::kManifestName, .bytes = tar::make_archive_manifest(image)};
  if (content.form == TarForm::docker) return {{.name = image.config, .bytes = config.bytes()}, archive_manifest};

  const LayoutManifest manifest =
      make_layout_manifest(content.source_manifest, config, layers, content.media_types, limits);
  return {{.name = image.config, .bytes = config.bytes()},
          {.name = tar::blob_name(manifest.descriptor.digest), .bytes = manifest.bytes},
          {.name = tar::kIndexFile, .bytes = tar::make_oci_index(manifest.descriptor, content.names)},
          archive_manifest,
          {.name = tar::kLayoutFile, .bytes = tar::kLayoutText}};
}

}  // namespace occy::outputs
