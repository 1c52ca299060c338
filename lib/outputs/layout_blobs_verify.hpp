// outputs/layout_blobs_verify.hpp: reads an index and all below it back from an OCI layout.
//
// The numbered checks: docs/verification.md, "LayoutWriter".
#pragma once

#include <filesystem>
#include <vector>

#include "outputs/layout_entry.hpp"
#include "outputs/proof.hpp"

namespace occy::outputs {

/// What a layout must hold.
struct WrittenIndex {
  LayoutEntry entry;

  /// Manifests and indexes below the root.
  std::vector<Descriptor> documents = {};

  /// Configs and layers.
  std::vector<Descriptor> blobs = {};
};

/// All checks of the level. Opens `path` anew. Never throws.
[[nodiscard]] CheckResults verify_layout_blobs(const std::filesystem::path& path, const WrittenIndex& written,
                                               const Proof& proof) noexcept;

}  // namespace occy::outputs
