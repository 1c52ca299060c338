// outputs/tar_checks.hpp: holds the members of a finished archive against what was written. Findings name the very
// member.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "io/file.hpp"
#include "occy/check_results.hpp"
#include "occy/descriptor.hpp"
#include "occy/limits.hpp"
#include "tar/archive_index.hpp"

namespace occy::outputs {

/// An archive that was opened again, and its index.
struct WrittenArchive {
  io::File file;
  tar::ArchiveIndex index;
};

/// Every function adds its findings. Throws Error only when the file cannot be read.
class TarChecks {
 public:
  /// Borrows the archive.
  explicit TarChecks(const WrittenArchive& archive) : archive_(archive) {}

  /// The only regular file of that name; otherwise a finding and null.
  const tar::Member* only_file(const char* check, const std::string& name);

  /// Such a file with this size; otherwise a finding and null.
  const tar::Member* only_file(const char* check, const std::string& name, std::uint64_t size);

  /// A document that is named by its digest.
  void expect_document(const char* check, const std::string& name, std::uint64_t size, const Digest& digest);

  /// A document with these bytes.
  void expect_bytes(const char* check, const std::string& name, std::string_view bytes);

  void error(const char* check, const std::string& member, std::string message);

  /// All of a member, whose size was held against a cap.
  [[nodiscard]] std::string read(const tar::Member& member) const;

  [[nodiscard]] CheckResults& results() noexcept { return results_; }

 private:
  const WrittenArchive& archive_;
  CheckResults results_;
};

/// Opens an archive anew, and concludes with `proved` what `look` finds. One that is not there, or is none, is an error
/// with the id "verify.tarball", and nothing more is looked at.
[[nodiscard]] CheckResults verify_archive(const std::filesystem::path& path, const Limits& limits, std::string proved,
                                          const std::function<CheckResults(const WrittenArchive&)>& look) noexcept;

/// Whether an independent reader sees the same archive.
[[nodiscard]] CheckResults verify_second_reader(const WrittenArchive& archive);

}  // namespace occy::outputs
