// io/hashed_source.hpp: bytes on their way to a decoder, hashed and counted.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "occy/digest.hpp"
#include "occy/layer.hpp"

namespace occy::io {

class HashedSource final : public BlockSource {
 public:
  using Tap = std::function<void(Block)>;

  /// Borrows the source. `tap` is lent each block, too.
  explicit HashedSource(BlockSource& source, Tap tap = {}) : source_(source), tap_(std::move(tap)) {}

  Block next() override;

  /// What was read. Called once, after the last next().
  [[nodiscard]] StoredBlob finish(Compression compression);

 private:
  BlockSource& source_;
  Tap tap_;
  Sha256 hash_;
  std::uint64_t size_ = 0;
};

}  // namespace occy::io
