// outputs/dir_verify.hpp: reads a directory store back and holds it against what was written.
//
// The numbered checks: docs/verification.md, "DirWriter".
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "occy/check_results.hpp"
#include "occy/layer.hpp"
#include "outputs/proof.hpp"
#include "outputs/store.hpp"
#include "tar/catalog.hpp"
#include "tar/docker_archive.hpp"

namespace occy::outputs {

/// What a directory store must hold.
struct WrittenDir {
  Digest config_digest;
  std::uint64_t config_size = 0;

  /// One for each diff_id of the config, in its order.
  std::vector<LayerRecord> layers = {};

  /// The manifests, in the order of `images`, and catalog.json last.
  std::vector<PublishedDocument> documents = {};
  std::vector<tar::ArchiveImage> images = {};

  /// Our entries of catalog.json.
  tar::Catalog catalog = {};
};

/// All checks of the level. Opens `path` anew. Never throws.
[[nodiscard]] CheckResults verify_dir(const std::filesystem::path& path, const WrittenDir& written,
                                      const Proof& proof) noexcept;

}  // namespace occy::outputs
