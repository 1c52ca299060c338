// outputs/store_checks.hpp: holds the files of a store against what was written. Findings name the very file.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "io/file.hpp"
#include "occy/check_results.hpp"
#include "occy/layer.hpp"
#include "outputs/proof.hpp"
#include "outputs/store.hpp"

namespace occy::outputs {

/// Every function adds its findings, and never throws for what the store holds.
class StoreChecks {
 public:
  /// Borrows the limits.
  StoreChecks(io::File directory, const Limits& limits) : directory_(std::move(directory)), limits_(limits) {}

  /// The document `name`; a finding, and missing, when it cannot be read.
  std::optional<std::string> read(const char* check, const std::string& name);

  /// A document that is named by its digest.
  void expect_document(const char* check, const std::string& name, std::uint64_t size, const Digest& digest);

  /// A document that was published, and that another writer may have replaced since: as long as it is the same file,
  /// its bytes must be. Returns them, as read().
  std::optional<std::string> read_published(const char* check, const PublishedDocument& published);

  /// A layer's file: there, regular, with this size.
  void expect_size(const std::string& name, std::uint64_t size);

  void error(const char* check, const std::string& name, std::string message);

  [[nodiscard]] std::string subject(const std::string& name) const;
  [[nodiscard]] const io::File& directory() const noexcept { return directory_; }
  [[nodiscard]] const Limits& limits() const noexcept { return limits_; }
  [[nodiscard]] CheckResults& results() noexcept { return results_; }

 private:
  io::File directory_;
  const Limits& limits_;
  CheckResults results_;
};

/// Missing: there is no such file, as expect_size() has said.
[[nodiscard]] std::optional<io::File> open_if_there(const io::File& directory, const std::string& name);

/// Reads a layer's file, if there is one, and holds it against its record.
[[nodiscard]] CheckResults check_layer_file(const io::File& directory, const std::string& name,
                                            const LayerRecord& layer, const Proof& proof);

/// Opens a store, and concludes with `proved` what `look` finds. What cannot be looked at is an error with the id
/// `check`.
[[nodiscard]] CheckResults verify_store(const std::filesystem::path& path, const char* check, std::string proved,
                                        const std::function<CheckResults(io::File directory)>& look) noexcept;

}  // namespace occy::outputs
