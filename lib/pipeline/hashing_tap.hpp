// pipeline/hashing_tap.hpp: lends the blocks of one layer on, and computes their SHA-256 on the way.
#pragma once

#include <functional>
#include <memory>

#include "occy/digest.hpp"
#include "pipeline/spare_processors.hpp"

namespace occy::pipeline {

/// Is lent every block, in order.
using TakeBlock = std::function<void(Block)>;

/// For one layer. The thread that calls push() hashes, until a processor is found that is spare: then a thread of its
/// own does, while the caller reads and writes, and small blocks are gathered into large ones. A system that refuses
/// another thread makes it slower, not impossible.
class HashingTap {
 public:
  /// Both are borrowed. `take` is called by the caller's thread only, and may be empty; `spares` may be null: there are
  /// none.
  explicit HashingTap(const TakeBlock& take, SpareProcessors* spares = nullptr);
  ~HashingTap();
  HashingTap(const HashingTap&) = delete;
  HashingTap& operator=(const HashingTap&) = delete;

  /// Throws what `take` throws. `bytes` may be overwritten as soon as it returns.
  void push(Block bytes);

  /// Lends what is still held back, and returns the digest of everything. The last call.
  [[nodiscard]] Digest finish();

 private:
  class Lane;
  void look_for_processor();

  const TakeBlock& take_;
  SpareProcessors* spares_;
  Sha256 hash_;
  std::unique_ptr<Lane> lane_;  ///< null: the caller hashes
};

}  // namespace occy::pipeline
