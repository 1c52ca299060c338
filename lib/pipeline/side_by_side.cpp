#include "pipeline/side_by_side.hpp"

#include <algorithm>

#include "model/sha256_blocks.hpp"

namespace occy::pipeline {

bool SideBySide::is_of_use() noexcept {
  static const bool is = has_sha_extensions();
  return is;
}

void SideBySide::hash(Sha256& hash, Block bytes) {
  if (owner_ != nullptr && owner_ != &hash) {
    const std::size_t both = std::min(waiting_.size(), bytes.size());
    update_both(*owner_, waiting_.first(both), hash, bytes.first(both));
    waiting_ = waiting_.subspan(both);
    bytes = bytes.subspan(both);
    if (!waiting_.empty()) return;
  }
  owner_ = &hash;
  waiting_ = bytes;
}

void SideBySide::settle(Sha256& hash) {
  if (owner_ != &hash) return;
  hash.update(waiting_);
  owner_ = nullptr;
}

}  // namespace occy::pipeline
