// inputs/directory_members.hpp: the files of a directory by the names that its documents use, with the faults of asking
// for them. Symbolic links are never followed.
#pragma once

#include <string>
#include <string_view>

#include "io/file.hpp"
#include "occy/layer.hpp"
#include "occy/limits.hpp"
#include "tar/archive_fault.hpp"

namespace occy {

/// Borrows the limits. `name` stands for the directory in messages.
class DirectoryMembers {
 public:
  DirectoryMembers(io::File directory, std::string name, const Limits& limits)
      : directory_(std::move(directory)), name_(std::move(name)), limits_(limits) {}

  /// Fault: "archive-blob-missing" when it is not there, or no regular file. Throws Error (side: input) when it cannot
  /// be opened.
  [[nodiscard]] tar::checked<io::File> open(const std::string& name) const;

  /// The bytes of such a file. Faults: as open(), and Errc::limit above Limits::document_bytes, with the id `check`.
  [[nodiscard]] tar::checked<std::string> read_document(const std::string& name, const std::string& check) const;

  /// Whether anything has that name.
  [[nodiscard]] bool contains(const std::string& name) const;

  [[nodiscard]] std::string subject(const std::string& name) const { return tar::member_subject(name_, name); }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const Limits& limits() const noexcept { return limits_; }

 private:
  io::File directory_;
  std::string name_;
  const Limits& limits_;
};

/// Opens the directory. Fault: "archive", when there is none.
[[nodiscard]] tar::checked<io::File> open_source_directory(const std::filesystem::path& path);

/// How the first bytes of a file say that it is packed.
[[nodiscard]] Compression compression_of(const io::File& file);

}  // namespace occy
