// tree/text_pool.hpp: very many short texts, held in few pieces of memory.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace occy::tree {

/// Texts that are added one by one and go all together. Two bytes each beside the text itself.
class TextPool {
 public:
  /// The longest text: the longest path that the kernel takes.
  static constexpr std::size_t kLongest = 4'095;

  /// Names a text. 0 is the empty text.
  using Id = std::uint32_t;

  /// Before: `text` is not longer than kLongest, and the pool holds less than 4 GiB.
  Id add(std::string_view text);

  /// Valid as long as the pool.
  [[nodiscard]] std::string_view operator[](Id id) const noexcept;

  /// Bytes of memory.
  [[nodiscard]] std::uint64_t size() const noexcept { return std::uint64_t{chunks_.size()} * kChunk; }

 private:
  static constexpr std::size_t kChunk = std::size_t{1} << 16U;

  using Chunk = std::array<char, kChunk>;

  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::size_t used_ = kChunk;  // of the last chunk
};

}  // namespace occy::tree
