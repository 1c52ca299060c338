// registry/retry.hpp: how often, and after how long, something is tried again.
#pragma once

#include <chrono>
#include <optional>
#include <random>
#include <string_view>

#include "http/client.hpp"
#include "occy/registry.hpp"

namespace occy::registry {

/// The value of Retry-After: seconds, or a date (RFC 9110, 10.2.3). Missing when it is neither; not negative.
[[nodiscard]] std::optional<std::chrono::seconds> parse_retry_after(std::string_view value,
                                                                    std::chrono::system_clock::time_point now);

/// The tries of one request, or of one transfer.
class Tries {
 public:
  /// Counts into the session.
  explicit Tries(RegistrySession::State& session);

  /// Why it is tried again.
  enum class Reason {
    failure,
    told_to_wait,  ///< 429, and its like
  };

  /// Waits, and counts. False, at once, when there was the last try. `asked`: the server's Retry-After. Throws Error
  /// (Errc::cancelled).
  [[nodiscard]] bool again(Reason reason, std::optional<std::chrono::milliseconds> asked = {});

  /// The same for what broke. Where nobody listens, and nobody has listened in this session, there is one more try:
  /// mostly the name is wrong.
  [[nodiscard]] bool again(const http::TransientError& error, const http::Origin& server);

  /// Whether something was tried again after a failure: it may have been done already, where it could be.
  [[nodiscard]] bool has_failed() const noexcept { return failed_; }

  /// The transfer has moved on: what comes now is counted anew.
  void moved_on() noexcept { used_ = 0; }

 private:
  using Asked = std::optional<std::chrono::milliseconds>;
  [[nodiscard]] bool again_up_to(unsigned most, Reason reason, Asked asked);
  [[nodiscard]] std::chrono::milliseconds pause();

  RegistrySession::State& session_;
  unsigned used_ = 0;
  bool failed_ = false;
  std::minstd_rand random_;
};

}  // namespace occy::registry
