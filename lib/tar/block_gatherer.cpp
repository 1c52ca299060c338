#include "tar/block_gatherer.hpp"

#include <algorithm>

#include "io/file.hpp"

namespace occy::tar {

void BlockGatherer::append(Block bytes) {
  if (bytes.size() >= io::kBlockSize / 2) {
    flush();
    return put_(bytes);
  }
  if (waiting_.size() + bytes.size() > io::kBlockSize) flush();
  if (waiting_.capacity() == 0) waiting_.reserve(io::kBlockSize);
  waiting_.insert(waiting_.end(), bytes.begin(), bytes.end());
}

void BlockGatherer::flush() {
  if (!waiting_.empty()) put_(waiting_);
  waiting_.clear();
}

}  // namespace occy::tar
