#include "outputs/tar_documents.hpp"

#include <algorithm>

#include "occy/error.hpp"
#include "tar/archive_documents.hpp"

namespace occy::outputs {

void refuse_digests(const std::vector<Reference>& names) {
  const auto named = std::find_if(names.begin(), names.end(), [](const auto& name) { return name.digest.has_value(); });
  if (named == names.end()) return;
  throw Error(Errc::unsupported, Side::output,
              {.subject = named->str(),
               .what = "an archive cannot keep a digest as a name",
               .hint = "use NAME:TAG without the digest"});
}

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
