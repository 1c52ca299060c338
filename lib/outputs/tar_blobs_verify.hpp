// outputs/tar_blobs_verify.hpp: reads an index and all below it back from an archive.
//
// The numbered checks: docs/verification.md, "TarWriter".
#pragma once

#include <filesystem>
#include <vector>

#include "occy/descriptor.hpp"
#include "outputs/proof.hpp"
#include "outputs/tar_checks.hpp"
#include "outputs/tar_documents.hpp"

namespace occy::outputs {

/// What an archive must hold.
struct WrittenTarIndex {
  /// index.json, oci-layout, and manifest.json where there is one.
  std::vector<TarDocument> names = {};

  /// Manifests and indexes, the root last.
  std::vector<Descriptor> documents = {};

  /// Configs and layers.
  std::vector<Descriptor> blobs = {};
};

/// All checks of the level. Opens `path` anew. Never throws.
[[nodiscard]] CheckResults verify_tar_blobs(const std::filesystem::path& path, const WrittenTarIndex& written,
                                            const Proof& proof) noexcept;

}  // namespace occy::outputs
