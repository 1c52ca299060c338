#include "io/hashed_source.hpp"

namespace occy::io {

Block HashedSource::next() {
  const Block block = source_.next();
  hash_.update(block);
  size_ += block.size();
  if (tap_ && !block.empty()) tap_(block);
  return block;
}

StoredBlob HashedSource::finish(Compression compression) {
  return {.compression = compression, .digest = hash_.finish(), .size = size_};
}

}  // namespace occy::io
