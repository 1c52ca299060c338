// tar/oci_document.hpp: image indexes and image manifests, as an OCI layout has them: in a directory, or in an archive
// of Docker 25 and later beside manifest.json.
//
// Specification: OCI image-spec 1.1, image-index.md, manifest.md, image-layout.md; Docker's schema 2 has the same
// members.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "occy/descriptor.hpp"
#include "occy/layer.hpp"
#include "occy/limits.hpp"
#include "occy/platform.hpp"
#include "occy/result.hpp"

namespace occy::tar {

inline constexpr const char* kLayoutFile = "oci-layout";
inline constexpr const char* kIndexFile = "index.json";

/// The annotations that name an image in an index: the tag, or what the writer took for it; containerd's full name.
inline constexpr const char* kRefNameKey = "org.opencontainers.image.ref.name";
inline constexpr const char* kImageNameKey = "io.containerd.image.name";

/// One element of an index's `manifests`.
struct IndexEntry {
  Descriptor descriptor;

  /// The annotation `io.containerd.image.name`: "docker.io/library/debian:12"; empty when absent.
  std::string image_name = {};

  /// The annotation `org.opencontainers.image.ref.name`: "12"; empty when absent.
  std::string ref_name = {};

  /// Missing where the index does not say.
  std::optional<Platform> platform = {};

  /// It stands beside the images and is none: BuildKit's attestations.
  enum class Kind { image, attestation } kind = Kind::image;

  /// The annotation `vnd.docker.reference.digest`: the manifest that an attestation is about; missing where the index
  /// does not say.
  std::optional<Digest> about = {};
};

/// An index (it has `manifests`) or a manifest (it has `config`), never both.
struct OciDocument {
  std::vector<IndexEntry> manifests = {};
  std::optional<Descriptor> config = {};
  std::vector<Descriptor> layers = {};

  /// Empty when absent.
  std::string media_type = {};

  /// Missing where it is no whole number.
  std::optional<std::int64_t> schema_version = {};
};

/// Reads either. Which one it is, is decided by its members, not by the media type, which another reader may not look
/// at; a document that could be both is refused (CVE-2021-41190).
[[nodiscard]] result<OciDocument> parse_oci_document(std::string_view text, const Limits& limits);

/// What the document says it is; OCI's type for its members where it says nothing.
[[nodiscard]] std::string media_type_of(const OciDocument& document);

/// Reads the file `oci-layout`; refuses versions other than 1.
[[nodiscard]] result<void> check_layout_file(std::string_view text, const Limits& limits);

/// "blobs/sha256/<hex>".
[[nodiscard]] std::string blob_name(const Digest& digest);

}  // namespace occy::tar
