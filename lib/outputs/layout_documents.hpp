// outputs/layout_documents.hpp: which manifest and which index an image gets in an OCI layout.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "occy/config.hpp"
#include "occy/image.hpp"
#include "occy/layer.hpp"
#include "tar/oci_writing.hpp"

namespace occy::outputs {

/// A manifest as it is written.
struct LayoutManifest {
  Descriptor descriptor;
  std::string bytes;
};

/// What names a manifest or an index.
[[nodiscard]] Descriptor descriptor_of_document(const ImageManifest& document);

/// Media types of layers as the source has them, by stored digest.
using MediaTypes = std::map<Digest, std::string>;
[[nodiscard]] MediaTypes media_types_of(const ImageDescription& image);

/// Whether a manifest names exactly this config and these blobs, so that it can be kept.
[[nodiscard]] bool fits(const ImageManifest& manifest, const ImageConfig& config,
                        const std::vector<LayerRecord>& layers, const Limits& limits);

/// The source's manifest when its config and layers are exactly these; a new one otherwise. `layers` are in the order
/// of the config, with what is stored.
[[nodiscard]] LayoutManifest make_layout_manifest(const std::optional<ImageManifest>& of_source,
                                                  const ImageConfig& config, const std::vector<LayerRecord>& layers,
                                                  const MediaTypes& media_types, const Limits& limits);

/// The names that an index gets: for each name of the source that has a tag, the tag, and the name in full.
[[nodiscard]] std::vector<tar::IndexName> index_names(const std::vector<Reference>& references);

/// An entry of `index` that has one of the tags and another image's name; null when there is none.
[[nodiscard]] const tar::IndexEntry* taken_tag(const tar::OciDocument& index, const std::vector<tar::IndexName>& names);

/// The stored form of a layer: where nothing else is said, it is stored plain.
[[nodiscard]] StoredBlob stored_blob(const LayerRecord& layer);

}  // namespace occy::outputs
