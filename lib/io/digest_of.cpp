#include "io/digest_of.hpp"

#include "io/file_source.hpp"
#include "model/running.hpp"

namespace occy::io {

Digest digest_of(BlockSource& source, const std::stop_token& stop) {
  Sha256 hash;
  for (Block block = source.next(); !block.empty(); block = source.next()) {
    require_running(stop);
    hash.update(block);
  }
  return hash.finish();
}

Digest digest_of(const File& file, const std::stop_token& stop) {
  FileRangeSource source(file, 0, file.size());
  return digest_of(source, stop);
}

}  // namespace occy::io
