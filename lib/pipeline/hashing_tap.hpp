// pipeline/hashing_tap.hpp: lends the blocks of one layer on, and computes their SHA-256 on the way.
#pragma once

#include <functional>
#include <memory>

#include "occy/digest.hpp"
#include "pipeline/side_by_side.hpp"
#include "pipeline/spare_processors.hpp"

namespace occy::pipeline {

/// Is lent every block, in order.
using TakeBlock = std::function<void(Block)>;

/// What makes hashing quicker; one of them. Borrowed; null: there is none.
struct HashingHelp {
  SpareProcessors* spares = nullptr;  ///< for a thread that hashes
  SideBySide* others = nullptr;       ///< with the taps that this one's bytes lead to, or that lead here
};

/// For one layer. The thread that calls push() hashes, until a processor is found that is spare: then a thread of its
/// own does, while the caller reads and writes, and small blocks are gathered into large ones. A system that refuses
/// another thread makes it slower, not impossible.
class HashingTap {
 public:
  /// Borrows `take`, which is called by the caller's thread only, and may be empty.
  explicit HashingTap(const TakeBlock& take, HashingHelp help = {});
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
  void push_beside(Block bytes);

  const TakeBlock& take_;
  HashingHelp help_;
  Sha256 hash_;
  std::unique_ptr<Lane> lane_;  ///< null: the caller hashes
};

}  // namespace occy::pipeline
