// inputs/tar_members.hpp: the members of an archive file by name, with the faults of asking for them.
#pragma once

#include <optional>
#include <string>

#include "io/file.hpp"
#include "occy/layer.hpp"
#include "occy/limits.hpp"
#include "tar/archive_fault.hpp"
#include "tar/archive_index.hpp"

namespace occy {

/// A view; borrows the file, the index and the limits. `archive` stands for the file in messages.
class TarMembers {
 public:
  TarMembers(const io::File& file, const tar::ArchiveIndex& index, std::string archive, const Limits& limits);

  /// The regular file that `name` stands for, links followed. Fault: "archive-blob-missing"; "duplicate-entry" where
  /// the name, or that of the link's target, is there more than once.
  [[nodiscard]] tar::checked<const tar::Member*> find(const std::string& name) const;

  /// The bytes of such a file. Faults: as find(), and Errc::limit above Limits::document_bytes, with the id `check`.
  [[nodiscard]] tar::checked<std::string> read_document(const std::string& name, const std::string& check) const;

  [[nodiscard]] Compression compression_of(const tar::Member& member) const;

  /// What is wrong with the archive as a whole: it is none, or its end or a header is broken.
  [[nodiscard]] std::optional<tar::ArchiveFault> fault() const;

  [[nodiscard]] bool contains(const std::string& name) const { return index_.count(name) != 0; }

  [[nodiscard]] std::string subject(const std::string& name) const { return tar::member_subject(archive_, name); }

  [[nodiscard]] const tar::ArchiveIndex& index() const noexcept { return index_; }
  [[nodiscard]] const std::string& archive() const noexcept { return archive_; }
  [[nodiscard]] const Limits& limits() const noexcept { return limits_; }

 private:
  const io::File& file_;
  const tar::ArchiveIndex& index_;
  std::string archive_;
  const Limits& limits_;
};

}  // namespace occy
