#include "model/siphash.hpp"

#include <unistd.h>

#include <bit>
#include <cstddef>

#include "occy/error.hpp"

namespace occy {
namespace {

class SipState {
 public:
  explicit SipState(const SipKey& key) noexcept
      : v_{key[0] ^ 0x736f6d6570736575U, key[1] ^ 0x646f72616e646f6dU, key[0] ^ 0x6c7967656e657261U,
           key[1] ^ 0x7465646279746573U} {}

  void take(std::uint64_t word) noexcept {
    v_[3] ^= word;
    rounds(2);
    v_[0] ^= word;
  }

  std::uint64_t finish() noexcept {
    v_[2] ^= 0xffU;
    rounds(4);
    return v_[0] ^ v_[1] ^ v_[2] ^ v_[3];
  }

 private:
  void rounds(int count) noexcept {
    for (; count > 0; --count) {
      half_round(0, 1, 13);
      half_round(2, 3, 16);
      v_[0] = std::rotl(v_[0], 32);
      half_round(2, 1, 17);
      half_round(0, 3, 21);
      v_[2] = std::rotl(v_[2], 32);
    }
  }

  void half_round(std::size_t a, std::size_t b, int turn) noexcept {
    v_[a] += v_[b];
    v_[b] = std::rotl(v_[b], turn) ^ v_[a];
  }

  std::array<std::uint64_t, 4> v_;
};

// Little-endian, up to eight bytes.
std::uint64_t word_of(std::string_view bytes) noexcept {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    word |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  return word;
}

}  // namespace

SipKey random_sip_key() {
  SipKey key{};
  if (::getentropy(key.data(), sizeof key) != 0)
    throw Error(Errc::unsupported, Side::usage, {.subject = "random bytes", .what = "the system gives none"});
  return key;
}

std::uint64_t siphash(const SipKey& key, std::string_view text) noexcept {
  SipState state(key);
  const auto size = static_cast<std::uint64_t>(text.size());
  for (; text.size() >= 8; text.remove_prefix(8)) state.take(word_of(text.substr(0, 8)));
  state.take(word_of(text) | size << 56U);
  return state.finish();
}

}  // namespace occy
