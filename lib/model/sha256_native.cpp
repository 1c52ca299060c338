#include <algorithm>

#include "model/sha256_blocks.hpp"
#include "model/sha256_state.hpp"

namespace occy {
namespace {

// FIPS 180-4, 5.3.3.
constexpr Sha256Words kInitialWords = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

// Big-endian.
template <class Number>
std::array<std::byte, sizeof(Number)> bytes_of(Number number) {
  constexpr unsigned kBitsOfByte = 8;
  std::array<std::byte, sizeof(Number)> bytes;
  for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte, number >>= kBitsOfByte)
    *byte = static_cast<std::byte>(number);
  return bytes;
}

class NativeSha256 final : public Sha256State {
 public:
  void update(Block bytes) override { take(fill_block(bytes)); }

  void update_both(Block bytes, Sha256State& other_state, Block others) override {
    auto& other = static_cast<NativeSha256&>(other_state);  // NOLINT(*-static-cast-downcast): the caller sees to it
    const Block rest = fill_block(bytes);
    const Block other_rest = other.fill_block(others);
    const std::size_t count = std::min(rest.size(), other_rest.size()) / kSha256Block;
    compress_both(words_, rest.data(), other.words_, other_rest.data(), count);
    take(rest.subspan(count * kSha256Block));
    other.take(other_rest.subspan(count * kSha256Block));
  }

  Digest finish() override {
    pad();
    Digest::Bytes digest{};
    auto* into = digest.data();
    for (const std::uint32_t word : words_) into = std::ranges::copy(bytes_of(word), into).out;
    words_ = kInitialWords;
    size_ = 0;
    return Digest(digest);
  }

 private:
  // Takes what the begun block lacks. What is returned begins a block, or is empty.
  [[nodiscard]] Block fill_block(Block bytes) {
    size_ += bytes.size();
    if (begun_ == 0) return bytes;
    const std::size_t taken = std::min(block_.size() - begun_, bytes.size());
    append(bytes.first(taken));
    if (begun_ == block_.size()) {
      compress(words_, block_.data(), 1);
      begun_ = 0;
    }
    return bytes.subspan(taken);
  }

  // What fill_block() has returned, or is left of it after whole blocks.
  void take(Block rest) {
    compress(words_, rest.data(), rest.size() / kSha256Block);
    append(rest.last(rest.size() % kSha256Block));
  }

  void append(Block bytes) {
    std::ranges::copy(bytes, block_.begin() + static_cast<std::ptrdiff_t>(begun_));
    begun_ += bytes.size();
  }

  // FIPS 180-4, 5.1.1: a one bit, zeros, and the number of bits in the last eight bytes of a block.
  void pad() {
    static constexpr std::array<std::byte, 2 * kSha256Block> kOneAndZeros{std::byte{0x80}};
    constexpr std::uint64_t kBitsOfByte = 8;
    const auto bits = bytes_of(size_ * kBitsOfByte);
    const std::size_t end = begun_ + 1 + bits.size() <= kSha256Block ? kSha256Block : 2 * kSha256Block;
    update(Block(kOneAndZeros).first(end - bits.size() - begun_));
    update(bits);
  }

  Sha256Words words_ = kInitialWords;
  std::uint64_t size_ = 0;
  std::array<std::byte, kSha256Block> block_{};
  std::size_t begun_ = 0;  // bytes of the block that is not whole yet
};

}  // namespace

std::unique_ptr<Sha256State> make_native_sha256() {
  static const bool can = has_sha_extensions();
  return can ? std::make_unique<NativeSha256>() : nullptr;
}

}  // namespace occy
