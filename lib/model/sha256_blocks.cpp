#include "model/sha256_blocks.hpp"

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

// These functions alone may use the extensions: the library runs on processors without them.
#define OCCY_SHA_TARGET __attribute__((target("sha,sse4.1")))
#define OCCY_SHA_STEP __attribute__((target("sha,sse4.1"), always_inline)) inline

namespace occy {
namespace {

// FIPS 180-4, 4.2.2.
alignas(16) constexpr std::array<std::uint32_t, 64> kRoundConstants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// One stream between two blocks: the words A, B, E, F and C, D, G, H, as the instructions want them.
struct Stream {
  __m128i abef;
  __m128i cdgh;
  const std::byte* next;
};

// One stream within a block, with the last 16 words of the message schedule.
struct Compression {
  __m128i abef;
  __m128i cdgh;
  __m128i words0;
  __m128i words1;
  __m128i words2;
  __m128i words3;
};

OCCY_SHA_STEP __m128i load(const void* bytes) { return _mm_loadu_si128(static_cast<const __m128i*>(bytes)); }

OCCY_SHA_STEP void store(void* bytes, __m128i words) { _mm_storeu_si128(static_cast<__m128i*>(bytes), words); }

OCCY_SHA_STEP Stream load_stream(const Sha256Words& words, const std::byte* blocks) {
  const __m128i badc = _mm_shuffle_epi32(load(words.data()), 0xb1);
  const __m128i hgfe = _mm_shuffle_epi32(load(words.data() + 4), 0x1b);
  return {.abef = _mm_alignr_epi8(badc, hgfe, 8), .cdgh = _mm_blend_epi16(hgfe, badc, 0xf0), .next = blocks};
}

OCCY_SHA_STEP void store_stream(const Stream& stream, Sha256Words& words) {
  const __m128i feba = _mm_shuffle_epi32(stream.abef, 0x1b);
  const __m128i dchg = _mm_shuffle_epi32(stream.cdgh, 0xb1);
  store(words.data(), _mm_blend_epi16(feba, dchg, 0xf0));
  store(words.data() + 4, _mm_alignr_epi8(dchg, feba, 8));
}

// The words of a message are big-endian.
OCCY_SHA_STEP __m128i load_message(const std::byte* bytes) {
  return _mm_shuffle_epi8(load(bytes), _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
}

OCCY_SHA_STEP Compression begin_block(const Stream& stream) {
  return {.abef = stream.abef,
          .cdgh = stream.cdgh,
          .words0 = load_message(stream.next),
          .words1 = load_message(stream.next + 16),
          .words2 = load_message(stream.next + 32),
          .words3 = load_message(stream.next + 48)};
}

OCCY_SHA_STEP void end_block(Stream& stream, const Compression& block) {
  stream.abef = _mm_add_epi32(stream.abef, block.abef);
  stream.cdgh = _mm_add_epi32(stream.cdgh, block.cdgh);
  stream.next += kSha256Block;
}

// Four of the sixteen words, by the number of the four rounds that use them.
template <std::size_t Number>
OCCY_SHA_STEP __m128i& words(Compression& block) {
  if constexpr (Number % 4 == 0) return block.words0;
  if constexpr (Number % 4 == 1) return block.words1;
  if constexpr (Number % 4 == 2) return block.words2;
  if constexpr (Number % 4 == 3) return block.words3;
}

template <std::size_t Number>
OCCY_SHA_STEP void four_rounds(Compression& block, __m128i constants) {
  const __m128i sums = _mm_add_epi32(words<Number>(block), constants);
  block.cdgh = _mm_sha256rnds2_epu32(block.cdgh, block.abef, sums);
  block.abef = _mm_sha256rnds2_epu32(block.abef, block.cdgh, _mm_shuffle_epi32(sums, 0x0e));
}

// The words that the rounds have used become those of sixteen rounds later.
template <std::size_t Number>
OCCY_SHA_STEP void extend(Compression& block) {
  const __m128i last = words<Number + 3>(block);
  const __m128i sums = _mm_add_epi32(_mm_sha256msg1_epu32(words<Number>(block), words<Number + 1>(block)),
                                     _mm_alignr_epi8(last, words<Number + 2>(block), 4));
  words<Number>(block) = _mm_sha256msg2_epu32(sums, last);
}

template <std::size_t Number, class... Blocks>
OCCY_SHA_STEP void rounds_from(Blocks&... blocks) {
  const __m128i constants = load(kRoundConstants.data() + 4 * Number);
  (four_rounds<Number>(blocks, constants), ...);
  if constexpr (Number < 12) (extend<Number>(blocks), ...);
  if constexpr (Number < 15) rounds_from<Number + 1>(blocks...);
}

}  // namespace

bool has_sha_extensions() noexcept {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  const bool has_vectors = __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_SSSE3) != 0 && (c & bit_SSE4_1) != 0;
  return has_vectors && __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_SHA) != 0;
}

OCCY_SHA_TARGET void compress(Sha256Words& words, const std::byte* blocks, std::size_t count) noexcept {
  Stream stream = load_stream(words, blocks);
  for (; count != 0; --count) {
    Compression block = begin_block(stream);
    rounds_from<0>(block);
    end_block(stream, block);
  }
  store_stream(stream, words);
}

OCCY_SHA_TARGET void compress_both(Sha256Words& words, const std::byte* blocks, Sha256Words& other_words,
                                   const std::byte* other_blocks, std::size_t count) noexcept {
  Stream stream = load_stream(words, blocks);
  Stream other = load_stream(other_words, other_blocks);
  for (; count != 0; --count) {
    Compression block = begin_block(stream);
    Compression other_block = begin_block(other);
    rounds_from<0>(block, other_block);
    end_block(stream, block);
    end_block(other, other_block);
  }
  store_stream(stream, words);
  store_stream(other, other_words);
}

}  // namespace occy

#else

namespace occy {

bool has_sha_extensions() noexcept { return false; }

// Not called where has_sha_extensions() says no.
void compress(Sha256Words& /*words*/, const std::byte* /*blocks*/, std::size_t /*count*/) noexcept {}
void compress_both(Sha256Words& /*words*/, const std::byte* /*blocks*/, Sha256Words& /*other_words*/,
                   const std::byte* /*other_blocks*/, std::size_t /*count*/) noexcept {}

}  // namespace occy

#endif
