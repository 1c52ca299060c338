// pipeline/hashing_tap.hpp: lends the blocks of one layer on, and computes their SHA-256 on the way.
#pragma once

#include <functional>
#include <memory>

#include "occy/digest.hpp"

namespace occy::pipeline {

/// Is lent every block, in order.
using TakeBlock = std::function<void(Block)>;

enum class Hashing {
  here,    ///< by the thread that calls push()
  beside,  ///< by a thread of its own, while the caller reads and writes; small blocks are gathered into large ones
};

/// For one layer. A system that refuses another thread makes it slower, not impossible.
class HashingTap {
 public:
  /// `take` is borrowed, is called by the caller's thread only, and may be empty.
  HashingTap(const TakeBlock& take, Hashing hashing);
  ~HashingTap();
  HashingTap(const HashingTap&) = delete;
  HashingTap& operator=(const HashingTap&) = delete;

  /// Throws what `take` throws. `bytes` may be overwritten as soon as it returns.
  void push(Block bytes);

  /// Lends what is still held back, and returns the digest of everything. The last call.
  [[nodiscard]] Digest finish();

 private:
  class Lane;

  const TakeBlock& take_;
  Sha256 hash_;
  std::unique_ptr<Lane> lane_;  ///< null: here
};

}  // namespace occy::pipeline
