// model/packing.hpp: how bytes are packed, by their first bytes.
//
// Here and not beside the decoders, because archives are looked at this way without unpacking anything.
#pragma once

#include "occy/layer.hpp"

namespace occy {

/// How many first bytes detect_compression() wants; it takes fewer.
inline constexpr std::size_t kMagicSize = 6;

/// What the first bytes of a blob say. `gzip`: 1f 8b 08; `zstd`: a frame or skippable frame magic. Everything else is
/// `none`.
[[nodiscard]] Compression detect_compression(Block first_bytes) noexcept;

}  // namespace occy
