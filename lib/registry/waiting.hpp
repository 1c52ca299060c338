// registry/waiting.hpp: waits that a stop request ends.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <stop_token>

#include "http/url.hpp"

namespace occy::registry {

/// Returns after `time`. Throws Error (side: usage, Errc::cancelled) at once when a stop is requested.
void wait_for(std::chrono::nanoseconds time, const std::stop_token& stop);

/// Lets so many requests a second through to each server, evenly spaced. Threads: may be used by several at once.
class RateLimiter {
 public:
  /// 0: any number.
  explicit RateLimiter(double requests_per_second);

  /// Waits for its turn. Throws as wait_for() does.
  void wait(const http::Origin& server, const std::stop_token& stop);

 private:
  using Clock = std::chrono::steady_clock;

  Clock::duration take_turn(const http::Origin& server);

  Clock::duration spacing_{};
  std::mutex mutex_;
  std::map<http::Origin, Clock::time_point> next_turns_;
};

}  // namespace occy::registry
