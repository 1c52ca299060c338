#include "registry/waiting.hpp"

#include <algorithm>
#include <condition_variable>

#include "occy/error.hpp"

namespace occy::registry {

void wait_for(std::chrono::nanoseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  woken.wait_for(lock, stop, time, [] { return false; });
  if (stop.stop_requested()) throw Error(Errc::cancelled, Side::usage, {.subject = "", .what = "cancelled"});
}

RateLimiter::RateLimiter(double requests_per_second) {
  if (requests_per_second > 0)
    spacing_ = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1.0 / requests_per_second));
}

void RateLimiter::wait(const http::Origin& server, const std::stop_token& stop) {
  if (spacing_ == Clock::duration::zero()) return;
  const Clock::duration time = take_turn(server);
  if (time > Clock::duration::zero()) wait_for(time, stop);
}

RateLimiter::Clock::duration RateLimiter::take_turn(const http::Origin& server) {
  const std::scoped_lock lock(mutex_);
  const auto now = Clock::now();
  Clock::time_point& next = next_turns_[server];
  const auto turn = std::max(next, now);
  next = turn + spacing_;
  return turn - now;
}

}  // namespace occy::registry
