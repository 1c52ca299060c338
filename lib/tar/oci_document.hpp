// tar/oci_document.hpp: image indexes and image manifests, as an archive of Docker 25 and later carries them beside
// manifest.json.
//
// Specification: OCI image-spec 1.1, image-index.md and manifest.md; Docker's schema 2 has the same members.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "occy/descriptor.hpp"
#include "occy/limits.hpp"
#include "occy/result.hpp"

namespace occy::tar {

/// One element of an index's `manifests`.
struct IndexEntry {
  Descriptor descriptor;

  /// The annotation `io.containerd.image.name`: "docker.io/library/debian:12"; empty when absent.
  std::string image_name;
};

/// An index (it has `manifests`) or a manifest (it has `config`), never both.
struct OciDocument {
  std::vector<IndexEntry> manifests;
  std::optional<Descriptor> config;
  std::vector<Descriptor> layers;
};

/// Reads either. Which one it is, is decided by its members, not by the media type, which another reader may not look
/// at; a document that could be both is refused (CVE-2021-41190).
[[nodiscard]] result<OciDocument> parse_oci_document(std::string_view text, const Limits& limits);

}  // namespace occy::tar
