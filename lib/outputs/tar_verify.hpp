// outputs/tar_verify.hpp: reads an archive back and holds it against what was written.
//
// The numbered checks: docs/verification.md, "TarWriter".
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "occy/check_results.hpp"
#include "occy/digest.hpp"
#include "occy/layer.hpp"
#include "occy/limits.hpp"
#include "outputs/proof.hpp"
#include "outputs/tar_checks.hpp"
#include "outputs/tar_documents.hpp"

namespace occy::outputs {

/// What an archive must hold.
struct WrittenImage {
  TarForm form = TarForm::docker;

  Digest config_digest;
  std::uint64_t config_size = 0;

  /// One for each diff_id of the config, in its order.
  std::vector<LayerRecord> layers = {};

  /// RepoTags, as they were written.
  std::vector<std::string> tags = {};

  /// What stands behind the layers.
  std::vector<TarDocument> documents = {};
};

/// All checks of the level. Opens `path` anew. Never throws.
[[nodiscard]] CheckResults verify_tar(const std::filesystem::path& path, const WrittenImage& written,
                                      const Proof& proof) noexcept;

/// Checks 2 to 6: the documents, and that every member which they name is there as it was written. Throws Error when
/// the file cannot be read.
[[nodiscard]] CheckResults verify_documents(const WrittenArchive& archive, const WrittenImage& written,
                                            const Limits& limits);

/// Checks 7 and 8: the bytes of every layer. Of what verify_documents() found missing it says nothing more.
[[nodiscard]] CheckResults verify_layers(const WrittenArchive& archive, const WrittenImage& written,
                                         const Proof& proof);

}  // namespace occy::outputs
