// pipeline/spare_processors.hpp: processors that have no layer of their own at the moment. Hashing may go there.
#pragma once

#include <atomic>

namespace occy::pipeline {

/// Below zero as long as there are more threads than processors. Threads: may be used by several at once.
class SpareProcessors {
 public:
  explicit SpareProcessors(int count = 0) noexcept : count_(count) {}

  void add(int count = 1) noexcept { count_ += count; }

  /// True: the caller has got one, and gives it back with add().
  [[nodiscard]] bool take() noexcept {
    int count = count_;
    while (count > 0)
      if (count_.compare_exchange_weak(count, count - 1)) return true;
    return false;
  }

 private:
  std::atomic<int> count_;
};

}  // namespace occy::pipeline
