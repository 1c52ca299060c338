// tar/encoder.hpp: writes tar headers: ustar, with PAX records only where a value does not fit a ustar field.
//
// The same entry always gives the same bytes.
#pragma once

#include <vector>

#include "tar/entry.hpp"

namespace occy::tar {

/// The header blocks of `entry`: one ustar block, and before it a PAX block and its records where the path, link, size,
/// owner, time or `records` need them. Offsets are ignored; a sparse entry cannot be encoded (Error:
/// Errc::unsupported).
[[nodiscard]] std::vector<std::byte> encode_header(const Entry& entry);

/// The two zero blocks that end an archive.
inline constexpr std::array<std::byte, 2 * kBlock> kEndOfArchive{};

}  // namespace occy::tar
