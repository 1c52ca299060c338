#include "codec/size_hint.hpp"

namespace occy::codec {
namespace {

constexpr std::uint64_t kMostPacked = std::uint64_t{1} << 30U;

// Deflate makes no more of a byte. RFC 1951: 258 bytes from two bits.
constexpr std::uint64_t kMostExpansion = 1032;

// What cannot be compressed grows by 5 bytes in 65,535, by more where an encoder flushes often; and there are header
// and trailer.
constexpr std::uint64_t least_unpacked(std::uint64_t packed) {
  const std::uint64_t overhead = 1024 + packed / 64;
  return packed < overhead ? 0 : packed - overhead;
}

}  // namespace

bool has_size_hint(Compression compression, std::uint64_t packed_size) noexcept {
  return compression == Compression::gzip && packed_size >= kSizeHintBytes && packed_size <= kMostPacked;
}

std::optional<std::uint64_t> size_hint(Block last_bytes, std::uint64_t packed_size) noexcept {
  if (last_bytes.size() != kSizeHintBytes) return std::nullopt;
  std::uint64_t size = 0;
  for (std::size_t i = kSizeHintBytes; i-- > 0;) size = (size << 8U) | std::to_integer<std::uint64_t>(last_bytes[i]);
  const bool is_possible = size >= least_unpacked(packed_size) && size <= packed_size * kMostExpansion;
  return is_possible ? std::optional(size) : std::nullopt;
}

}  // namespace occy::codec
