// tar/oci_writing.hpp: the documents of an OCI layout that occy writes. The same arguments give the same bytes.
//
// Specification: OCI image-spec 1.1, manifest.md, image-index.md, image-layout.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tar/oci_document.hpp"

namespace occy::tar {

inline constexpr const char* kOciManifestType = "application/vnd.oci.image.manifest.v1+json";
inline constexpr const char* kOciIndexType = "application/vnd.oci.image.index.v1+json";
inline constexpr const char* kDockerManifestType = "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr const char* kDockerConfigType = "application/vnd.docker.container.image.v1+json";
inline constexpr const char* kOciConfigType = "application/vnd.oci.image.config.v1+json";

/// The content of the file `oci-layout`.
inline constexpr const char* kLayoutText = R"({"imageLayoutVersion":"1.0.0"})";

/// Of a layer that is stored like that. A media type of OCI's own that the source has, which says the same of the
/// packing, is kept.
[[nodiscard]] std::string layer_media_type(Compression compression, const std::string& of_source = {});

/// The same for Docker's schema 2, which has no name for zstd. Before: `compression` is another.
[[nodiscard]] std::string docker_layer_media_type(Compression compression);

/// A manifest of schema 2, no white space.
[[nodiscard]] std::string make_docker_manifest(const Descriptor& config, const std::vector<Descriptor>& layers);

/// A manifest, no white space.
[[nodiscard]] std::string make_oci_manifest(const Descriptor& config, const std::vector<Descriptor>& layers);

/// How an index names an image.
struct IndexName {
  std::string ref_name;         ///< org.opencontainers.image.ref.name
  std::string image_name = {};  ///< io.containerd.image.name; empty: none
};

/// An index with an entry for each name, or one without a name; no white space.
[[nodiscard]] std::string make_oci_index(const Descriptor& manifest, const std::vector<IndexName>& names);

/// The index `text` with these entries instead of those that have the same ref_name (without names: instead of one of
/// the same digest that says nothing more). Everything else of it stays, fields that occy does not know too.
/// An error when `text` is no index, or the result would be above Limits::images or Limits::document_bytes.
[[nodiscard]] result<std::string> update_oci_index(std::string_view text, const Descriptor& manifest,
                                                   const std::vector<IndexName>& names, const Limits& limits);

}  // namespace occy::tar
