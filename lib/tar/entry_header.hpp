// tar/entry_header.hpp: the fields of an entry's own header block, before any extension.
#pragma once

#include <optional>

#include "occy/result.hpp"
#include "tar/entry.hpp"

namespace occy::tar {

/// Who wrote a header, by its magic: which fields there are behind the link.
enum class Dialect { v7, ustar, gnu, ambiguous };

[[nodiscard]] Dialect dialect_of(const HeaderBlock& block) noexcept;

/// The field for the beginning of a path. Before: the dialect is ustar.
[[nodiscard]] Field prefix_field(const HeaderBlock& block) noexcept;

/// Where a header has times of its own besides mtime.
struct TimeFields {
  Field atime;
  Field ctime;
};

/// Old GNU headers, and star's, have them where POSIX has the prefix.
[[nodiscard]] std::optional<TimeFields> time_fields(const HeaderBlock& block) noexcept;

/// Sets every member of `entry` that a header block has; offsets and records stay, sizes are those of the size field.
/// Takes and keeps the strings' storage: a walk over a million entries must not allocate for each. The error's position
/// is an offset in the block.
[[nodiscard]] result<void> read_entry_header(const HeaderBlock& block, Entry& entry);

/// Adds the times that stand in time_fields() to the records, as "atime" and "ctime", where the records do not have
/// them. Fields that are empty or no number are left alone, as readers do.
void append_header_times(const HeaderBlock& block, Entry& entry);

/// What every reader agrees on, or the reason why they do not: called when the extensions have been applied. Turns an
/// old "directory as a file with a trailing slash" into a directory.
[[nodiscard]] result<void> check_entry(Entry& entry);

}  // namespace occy::tar
