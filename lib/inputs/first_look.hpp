// inputs/first_look.hpp: what an input does before its first answer.
#pragma once

#include <exception>
#include <utility>

namespace occy {

/// Calls something once. When that throws, so does every further time, the same: an answer from half of the documents
/// would be a wrong one.
class FirstLook {
 public:
  template <class Look>
  void once(const Look& look) {
    if (failure_) std::rethrow_exception(failure_);
    if (std::exchange(looked_, true)) return;
    try {
      look();
    } catch (...) {
      failure_ = std::current_exception();
      throw;
    }
  }

 private:
  bool looked_ = false;
  std::exception_ptr failure_;
};

}  // namespace occy
