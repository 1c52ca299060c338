// support/failing_calls.hpp: one call of many fails, for tests that break every step in turn.
#pragma once

#include <atomic>
#include <cstddef>
#include <limits>
#include <memory>
#include <string>

#include "occy/error.hpp"

namespace occy::test {

/// Counts calls, over all threads and copies. The call with the number `broken`, from 0, throws Error: Errc::io.
class FailingCalls {
 public:
  FailingCalls() = default;
  FailingCalls(std::size_t broken, Side side) : broken_(broken), side_(side) {}

  void count(const char* what) {
    if ((*count_)++ == broken_)
      throw Error(Errc::io, side_, {.subject = what, .what = "broken on purpose", .found = "the test"});
  }

  /// Whether the broken call was reached.
  [[nodiscard]] bool failed() const { return *count_ > broken_; }

 private:
  std::size_t broken_ = std::numeric_limits<std::size_t>::max();
  Side side_ = Side::input;
  std::shared_ptr<std::atomic<std::size_t>> count_ = std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace occy::test
