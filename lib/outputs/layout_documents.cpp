#include "outputs/layout_documents.hpp"

#include <algorithm>
#include <utility>

namespace occy::outputs {
namespace {

bool names_exactly(const tar::OciDocument& manifest, const ImageConfig& config,
                   const std::vector<LayerRecord>& layers) {
  if (!manifest.config || manifest.config->digest != config.digest()) return false;
  if (manifest.config->size != config.bytes().size()) return false;
  const auto same = [](const Descriptor& named, const LayerRecord& layer) {
    const StoredBlob blob = stored_blob(layer);
    return named.digest == blob.digest && named.size == blob.size;
  };
  return std::equal(manifest.layers.begin(), manifest.layers.end(), layers.begin(), layers.end(), same);
}

LayoutManifest with_descriptor(std::string bytes, std::string media_type) {
  Descriptor descriptor{.media_type = std::move(media_type), .digest = sha256(bytes), .size = bytes.size()};
  return {.descriptor = std::move(descriptor), .bytes = std::move(bytes)};
}

Descriptor descriptor_of(const LayerRecord& layer, const MediaTypes& media_types) {
  const StoredBlob blob = stored_blob(layer);
  const auto known = media_types.find(blob.digest);
  const std::string of_source = known == media_types.end() ? std::string() : known->second;
  return {.media_type = tar::layer_media_type(blob.compression, of_source), .digest = blob.digest, .size = blob.size};
}

}  // namespace

StoredBlob stored_blob(const LayerRecord& layer) {
  return layer.stored.value_or(StoredBlob{.digest = layer.diff_id, .size = layer.size});
}

Descriptor descriptor_of_document(const ImageManifest& document) {
  return {.media_type = document.media_type, .digest = document.digest, .size = document.bytes.size()};
}

MediaTypes media_types_of(const ImageDescription& image) {
  MediaTypes types;
  for (const LayerInfo& layer : image.layers.value_or(std::vector<LayerInfo>{}))
    if (layer.stored) types.emplace(layer.stored->digest, layer.stored->media_type);
  return types;
}

bool fits(const ImageManifest& manifest, const ImageConfig& config, const std::vector<LayerRecord>& layers,
          const Limits& limits) {
  const auto parsed = tar::parse_oci_document(manifest.bytes, limits);
  return parsed && names_exactly(*parsed, config, layers);
}

LayoutManifest make_layout_manifest(const std::optional<ImageManifest>& of_source, const ImageConfig& config,
                                    const std::vector<LayerRecord>& layers, const MediaTypes& media_types,
                                    const Limits& limits) {
  if (of_source && fits(*of_source, config, layers, limits))
    return with_descriptor(of_source->bytes, of_source->media_type);
  std::vector<Descriptor> descriptors;
  descriptors.reserve(layers.size());
  for (const LayerRecord& layer : layers) descriptors.push_back(descriptor_of(layer, media_types));
  const Descriptor own{.media_type = tar::kOciConfigType, .digest = config.digest(), .size = config.bytes().size()};
  return with_descriptor(tar::make_oci_manifest(own, descriptors), tar::kOciManifestType);
}

std::vector<tar::IndexName> index_names(const std::vector<Reference>& references) {
  std::vector<tar::IndexName> names;
  for (Reference reference : references) {
    if (reference.digest && reference.tag.empty()) continue;
    reference.digest.reset();
    tar::IndexName name{.ref_name = reference.with_default_tag().tag, .image_name = reference.canonical()};
    const auto same = [&](const tar::IndexName& other) { return other.image_name == name.image_name; };
    if (std::none_of(names.begin(), names.end(), same)) names.push_back(std::move(name));
  }
  return names;
}

const tar::IndexEntry* taken_tag(const tar::OciDocument& index, const std::vector<tar::IndexName>& names) {
  const auto is_ours = [&](const std::string& image_name) {
    return std::any_of(names.begin(), names.end(),
                       [&](const tar::IndexName& name) { return name.image_name == image_name; });
  };
  const auto taken = [&](const tar::IndexEntry& entry) {
    const bool same_tag = std::any_of(names.begin(), names.end(), [&](const tar::IndexName& name) {
      return !name.image_name.empty() && name.ref_name == entry.ref_name;
    });
    return same_tag && !entry.image_name.empty() && !is_ours(entry.image_name);
  };
  const auto found = std::find_if(index.manifests.begin(), index.manifests.end(), taken);
  return found == index.manifests.end() ? nullptr : &*found;
}

}  // namespace occy::outputs
