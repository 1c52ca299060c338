// outputs/layout_verify.hpp: reads an OCI layout back and holds it against what was written.
//
// The numbered checks: docs/verification.md, "LayoutWriter".
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "occy/check_results.hpp"
#include "occy/layer.hpp"
#include "outputs/layout_documents.hpp"
#include "outputs/layout_entry.hpp"
#include "outputs/proof.hpp"

namespace occy::outputs {

/// What a layout must hold.
struct WrittenLayout {
  LayoutEntry entry;
  Descriptor config;

  /// One for each diff_id of the config, in its order.
  std::vector<LayerRecord> layers = {};
};

/// All checks of the level. Opens `path` anew. Never throws.
[[nodiscard]] CheckResults verify_layout(const std::filesystem::path& path, const WrittenLayout& written,
                                         const Proof& proof) noexcept;

}  // namespace occy::outputs
