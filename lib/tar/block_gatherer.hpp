// tar/block_gatherer.hpp: makes large blocks of small ones.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "occy/digest.hpp"

namespace occy::tar {

/// Puts what it gets in blocks of about io::kBlockSize. Large blocks pass without being copied.
class BlockGatherer {
 public:
  explicit BlockGatherer(std::function<void(Block)> put) : put_(std::move(put)) {}

  void append(Block bytes);

  /// Puts what is left.
  void flush();

 private:
  std::function<void(Block)> put_;
  std::vector<std::byte> waiting_;
};

}  // namespace occy::tar
