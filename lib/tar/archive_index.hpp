// tar/archive_index.hpp: where everything is in an archive file. Built by one walk over the headers; no data is read.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "io/file.hpp"
#include "occy/limits.hpp"
#include "tar/entry.hpp"

namespace occy::tar {

/// A member of an outer archive. Names are normalised: no leading "./", no trailing "/".
struct Member {
  std::string name;
  EntryType type = EntryType::file;
  std::string link = {};
  std::uint64_t data_offset = 0;
  std::uint64_t size = 0;
};

/// The members, in their order. A plain value.
class ArchiveIndex {
 public:
  /// Walks `file`. Never throws for what the file holds: where the walk fails, failure() says why, and the members
  /// before that are there.
  [[nodiscard]] static ArchiveIndex build(const io::File& file, const Limits& limits = {});

  [[nodiscard]] const std::vector<Member>& members() const noexcept { return members_; }

  /// How many members have this name.
  [[nodiscard]] std::size_t count(const std::string& name) const;

  /// The first with this name; null when there is none. Links are not followed.
  [[nodiscard]] const Member* find(const std::string& name) const;

  /// Follows hard and symbolic links inside the archive to a regular file. The error says which link leads nowhere, out
  /// of the archive, or in a circle.
  [[nodiscard]] result<const Member*> resolve(const std::string& name) const;

  /// Why the walk stopped before a proper end; position is the offset.
  [[nodiscard]] const std::optional<ParseError>& failure() const noexcept { return failure_; }

 private:
  std::vector<Member> members_;
  std::unordered_map<std::string, std::vector<std::size_t>> by_name_;
  std::optional<ParseError> failure_;
};

/// A member's name or link as the index keeps it: "./a//b/" is "a/b". Names with ".." or a leading "/" stay as they
/// are, and so match nothing.
[[nodiscard]] std::string normalise_member_name(std::string_view name);

}  // namespace occy::tar
