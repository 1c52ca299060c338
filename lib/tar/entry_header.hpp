// tar/entry_header.hpp: the fields of an entry's own header block, before any extension.
#pragma once

#include "occy/result.hpp"
#include "tar/entry.hpp"

namespace occy::tar {

/// Sets every member of `entry` that a header block has; offsets and records stay, sizes are those of the size field.
/// Takes and keeps the strings' storage: a walk over a million entries must not allocate for each. The error's position
/// is an offset in the block.
[[nodiscard]] result<void> read_entry_header(const HeaderBlock& block, Entry& entry);

/// What every reader agrees on, or the reason why they do not: called when the extensions have been applied. Turns an
/// old "directory as a file with a trailing slash" into a directory.
[[nodiscard]] result<void> check_entry(Entry& entry);

}  // namespace occy::tar
