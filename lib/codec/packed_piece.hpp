// codec/packed_piece.hpp: one part of a gzip member, packed without looking at the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "occy/digest.hpp"

namespace occy::codec {

/// Plain bytes of one piece. Smaller ones lose to the cuts (0.2 % beside 1 MiB, on a file system of Debian's), larger
/// ones take memory: what is on its way at once, and what the allocator keeps of it.
inline constexpr std::size_t kPieceSize = std::size_t{384} << 10U;

struct PackedPiece {
  /// Deflate blocks, none of them the last; whole bytes, and no reference back over the beginning.
  std::vector<std::byte> bytes;

  /// CRC-32 of the plain bytes.
  std::uint32_t crc = 0;
  std::size_t plain_size = 0;
};

/// Packs at most kPieceSize bytes; the same bytes give the same piece.
[[nodiscard]] PackedPiece pack_piece_with_zlib(Block plain);
#ifdef OCCY_HAVE_ISAL
[[nodiscard]] PackedPiece pack_piece_with_isal(Block plain);
#endif

/// What `fill` gives until it leaves room: it fills a span as far as it can, and says how far.
[[nodiscard]] std::vector<std::byte> gather(std::size_t plain_size,
                                            const std::function<std::size_t(std::span<std::byte>)>& fill);

/// By the fastest that was built in.
[[nodiscard]] PackedPiece pack_piece(Block plain);

}  // namespace occy::codec
