// tar/header_patch.hpp: changes single values in the header of an entry; every field, record and block that does not
// carry them stays as it is.
//
// A value goes where readers look first: into its field when it fits there, and its record goes; else into a record,
// where it stood or at the end, or in what the entry used before (a GNU long name, a base-256 number). So the bytes
// depend on the new values and on what was not changed, not on the old values.
#pragma once

#include <vector>

#include "tar/entry.hpp"
#include "tar/extensions.hpp"

namespace occy::tar {

/// The header blocks of one entry, in the light of the global headers before it.
struct RawEntry {
  Block blocks;                 ///< from its first extension to its data
  const Entry& entry;           ///< what a Walker makes of them
  const PaxDefaults& defaults;  ///< what a value must be written explicitly against
};

/// Appends the blocks of `raw`, with all that is different in `wanted` changed. The error says what is not understood:
/// another sparse map, a record that comes twice.
///
/// What else cannot be changed (type, sizes, devices) or written (a link of a file) is not looked for here: who reads
/// the result finds another entry than `wanted`.
[[nodiscard]] result<void> patch_header(const RawEntry& raw, const Entry& wanted, std::vector<std::byte>& blocks);

/// Whether both say the same of a file: offsets, the order of records, and the form of a directory's type do not count.
[[nodiscard]] bool same_file(const Entry& a, const Entry& b);

}  // namespace occy::tar
