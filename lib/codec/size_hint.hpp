// codec/size_hint.hpp: what a packed layer unpacks to, guessed from its last bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "occy/layer.hpp"

namespace occy::codec {

/// How many last bytes size_hint() wants.
inline constexpr std::size_t kSizeHintBytes = 4;

/// Whether the last bytes of such a layer say anything. Not of zstd, and not of gzip above 1 GiB: it counts modulo
/// 2^32, and what that large a layer unpacks to may well have gone round.
[[nodiscard]] bool has_size_hint(Compression compression, std::uint64_t packed_size) noexcept;

/// What gzip says of the size of its last member. Nothing where the whole layer cannot have that size, as in layers of
/// several members that end with a small one. RFC 1952, 2.3.1. Before: has_size_hint().
[[nodiscard]] std::optional<std::uint64_t> size_hint(Block last_bytes, std::uint64_t packed_size) noexcept;

}  // namespace occy::codec
