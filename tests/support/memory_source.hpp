// support/memory_source.hpp: bytes in memory as a source, in blocks of any size, and a source read to its end.
#pragma once

#include <string>
#include <vector>

#include "occy/input.hpp"
#include "occy/layer.hpp"

namespace occy::test {

/// Lends `bytes` in blocks of `block_size`, the last one shorter.
class MemorySource final : public BlockSource {
 public:
  explicit MemorySource(std::string bytes, std::size_t block_size = 4096);

  Block next() override;

 private:
  std::string bytes_;
  std::size_t block_size_;
  std::size_t offset_ = 0;
};

/// Everything that is left.
[[nodiscard]] std::string drain(BlockSource& source);

/// A layer that was read, and unpacked.
struct ReadLayer {
  LayerInfo info;
  std::string bytes;
};

/// The layers that are left, one after the other.
[[nodiscard]] std::vector<ReadLayer> read_layers(ImageInput& input);

}  // namespace occy::test
