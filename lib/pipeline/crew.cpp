#include "pipeline/crew.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace occy::pipeline {
namespace {

// More workers than this gain nothing without being asked for: memory and disks are shared.
constexpr unsigned kDefaultMost = 4;

class FirstException {
 public:
  void keep(std::exception_ptr exception) {
    const std::scoped_lock lock(mutex_);
    if (!first_) first_ = std::move(exception);
  }

  void rethrow() const {
    if (first_) std::rethrow_exception(first_);
  }

 private:
  std::mutex mutex_;
  std::exception_ptr first_;
};

std::vector<std::jthread> start_helpers(unsigned count, const std::function<void()>& work) {
  std::vector<std::jthread> helpers;
  helpers.reserve(count);
  try {
    for (unsigned i = 0; i < count; ++i) helpers.emplace_back(work);
  } catch (const std::system_error&) {
    // A limit on threads makes the job slower, not impossible: the caller's own thread works too.
  }
  return helpers;
}

}  // namespace

unsigned crew_size(unsigned jobs, unsigned input_allows, unsigned output_allows) noexcept {
  const unsigned wanted = jobs != 0 ? jobs : std::min(std::thread::hardware_concurrency(), kDefaultMost);
  return std::max(1U, std::min({wanted, input_allows, output_allows}));
}

void run_crew(unsigned workers, const std::stop_token& stop, const std::function<void(const std::stop_token&)>& work) {
  std::stop_source halt;
  const std::stop_callback forward(stop, [&halt] { halt.request_stop(); });
  FirstException first;
  const auto guarded = [&] {
    try {
      work(halt.get_token());
    } catch (...) {
      first.keep(std::current_exception());
      halt.request_stop();
    }
  };
  {
    const std::vector<std::jthread> helpers = start_helpers(workers - 1, guarded);
    guarded();
  }
  first.rethrow();
}

}  // namespace occy::pipeline
