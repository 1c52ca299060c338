#include "support/memory_source.hpp"

#include <algorithm>
#include <utility>

#include "codec/decoder.hpp"

namespace occy::test {

MemorySource::MemorySource(std::string bytes, std::size_t block_size)
    : bytes_(std::move(bytes)), block_size_(block_size) {}

Block MemorySource::next() {
  const std::size_t size = std::min(block_size_, bytes_.size() - offset_);
  const Block block = std::as_bytes(std::span(bytes_)).subspan(offset_, size);
  offset_ += size;
  return block;
}

std::string drain(BlockSource& source) {
  std::string bytes;
  for (Block block; !(block = source.next()).empty();)
    bytes.append(reinterpret_cast<const char*>(block.data()), block.size());
  return bytes;
}

std::vector<ReadLayer> read_layers(ImageInput& input) {
  std::vector<ReadLayer> layers;
  while (const auto reader = input.next_layer()) {
    const auto decoder = codec::make_decoder(*reader, reader->info().compression, {}, reader->info().name);
    layers.push_back({.info = reader->info(), .bytes = drain(*decoder)});
  }
  return layers;
}

}  // namespace occy::test
