// inputs/tar_oci_index.hpp: whether index.json, which Docker 25 and later and containerd write beside manifest.json,
// describes the same image.
//
// Engines differ in which of the two they read, so an archive in which they disagree is two images at once.
#pragma once

#include <optional>
#include <vector>

#include "inputs/tar_members.hpp"
#include "occy/manifest.hpp"
#include "tar/docker_archive.hpp"

namespace occy {

/// What following index.json gave.
struct OciIndexComparison {
  std::vector<tar::ArchiveFault> faults;

  /// The manifest that names the image's config; of several the first.
  std::optional<ImageManifest> manifest;
};

/// Follows index.json to its manifests. Faults, with these ids:
///  * `index`: a document that does not parse or is not what its digest promises; index.json names no config, or
///    another one than `config`, for this image;
///  * `archive-blob-missing`: a blob of this image is not there. A warning for other images, and for the platforms of
///    an image index that were left out of the export.
/// Nothing when there is no index.json.
[[nodiscard]] OciIndexComparison compare_with_oci_index(const TarMembers& members, const tar::ArchiveImage& image,
                                                        const Digest& config);

}  // namespace occy
