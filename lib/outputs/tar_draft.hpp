// outputs/tar_draft.hpp: an archive that grows beside its name: layers at their places, documents behind them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "io/atomic_file.hpp"
#include "outputs/tar_documents.hpp"
#include "outputs/tar_sink.hpp"

namespace occy::outputs {

/// Destroyed without publish(): nothing is left.
class TarDraft {
 public:
  /// `members`: as TarLayout has them, when all of them are known. Their room is reserved.
  TarDraft(const std::filesystem::path& path, TarForm form, const std::optional<std::vector<LayerInfo>>& members);

  /// What the sinks of layers share. append() and what follows come after the last of these.
  [[nodiscard]] TarArchive& archive() noexcept { return archive_; }
  [[nodiscard]] const TarArchive& archive() const noexcept { return archive_; }

  /// Throws Error (side: output), Errc::not_found, when a member that was announced is not there.
  void require_members() const;

  void append(const TarDocument& document);

  /// Writes the end of the archive.
  void end();
  void publish() { file_.publish(); }

 private:
  void write_behind_layers(Block bytes);

  io::AtomicFile file_;
  TarArchive archive_;
  std::uint64_t end_ = 0;  ///< of the documents so far; 0: there are none
};

}  // namespace occy::outputs
