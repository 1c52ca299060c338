// tar/block_cursor.hpp: a BlockSource read in pieces of the reader's own sizes.
#pragma once

#include <cstdint>
#include <span>

#include "occy/layer.hpp"

namespace occy::tar {

/// Borrows the source. Errors of the source pass through.
class BlockCursor {
 public:
  explicit BlockCursor(BlockSource& source) : source_(source) {}

  /// Lends up to `most` bytes, at least one, without copying; empty at the end. Valid until the next call.
  [[nodiscard]] Block lend(std::uint64_t most);

  /// Copies until `into` is full or the source ends; returns how many bytes it copied.
  std::size_t read(std::span<std::byte> into);

  /// Passes over up to `size` bytes; returns how many there were.
  std::uint64_t skip(std::uint64_t size);

  /// How many bytes were lent, copied and passed over.
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }

 private:
  BlockSource& source_;
  Block rest_ = {};
  std::uint64_t offset_ = 0;
};

}  // namespace occy::tar
