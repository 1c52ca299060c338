// pipeline/side_by_side.hpp: hashes what a layer was and what it becomes at the cost of one of them.
#pragma once

#include "occy/digest.hpp"

namespace occy::pipeline {

/// For streams of one thread that come out of each other: what one of them was lent waits, unhashed, until the other
/// makes something of it.
class SideBySide {
 public:
  /// Whether this processor gains by it. Else each stream is better off with a processor of its own.
  [[nodiscard]] static bool is_of_use() noexcept;

  /// Hashes `bytes`, now or in settle(): until then they and `hash` must stay.
  void hash(Sha256& hash, Block bytes);

  /// Hashes what of this stream still waits.
  void settle(Sha256& hash);

 private:
  Sha256* owner_ = nullptr;  ///< of what waits
  Block waiting_ = {};
};

}  // namespace occy::pipeline
