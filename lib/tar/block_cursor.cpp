#include "tar/block_cursor.hpp"

#include <algorithm>

namespace occy::tar {

Block BlockCursor::lend(std::uint64_t most) {
  if (most == 0) return {};
  if (rest_.empty()) rest_ = source_.next();
  const Block lent = rest_.first(static_cast<std::size_t>(std::min<std::uint64_t>(most, rest_.size())));
  rest_ = rest_.subspan(lent.size());
  offset_ += lent.size();
  return lent;
}

std::size_t BlockCursor::read(std::span<std::byte> into) {
  std::size_t filled = 0;
  for (Block block; !(block = lend(into.size() - filled)).empty(); filled += block.size())
    std::copy(block.begin(), block.end(), into.begin() + static_cast<std::ptrdiff_t>(filled));
  return filled;
}

std::uint64_t BlockCursor::skip(std::uint64_t size) {
  std::uint64_t skipped = 0;
  for (Block block; !(block = lend(size - skipped)).empty();) skipped += block.size();
  return skipped;
}

}  // namespace occy::tar
