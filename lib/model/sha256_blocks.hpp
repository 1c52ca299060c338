// model/sha256_blocks.hpp: the compression function of SHA-256, by the SHA extensions of x86 processors.
//
// Specification: FIPS 180-4, 6.2.2.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace occy {

constexpr std::size_t kSha256Block = 64;

/// H(0) to H(7).
using Sha256Words = std::array<std::uint32_t, 8>;

/// Whether this processor has what the other functions need.
[[nodiscard]] bool has_sha_extensions() noexcept;

/// `count` blocks of one stream.
void compress(Sha256Words& words, const std::byte* blocks, std::size_t count) noexcept;

/// `count` blocks of each of two streams, in the time of one: a round waits for the round before, and meanwhile the
/// processor computes one of the other stream.
void compress_both(Sha256Words& words, const std::byte* blocks, Sha256Words& other_words, const std::byte* other_blocks,
                   std::size_t count) noexcept;

}  // namespace occy
