#include "registry/retry.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "registry/session.hpp"
#include "registry/waiting.hpp"

namespace occy::registry {
namespace {

using std::chrono::milliseconds;

// Beyond this, doubling has long met the longest wait.
constexpr unsigned kMostDoublings = 16;

// Further ones: a server that is being started may be there in a moment.
constexpr unsigned kTriesWhereNobodyListens = 1;

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::optional<unsigned> month_number(std::string_view name) {
  static constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  for (unsigned month = 0; month < kMonths.size(); ++month)
    if (kMonths[month] == name) return month + 1;
  return std::nullopt;
}

/// "Sun, 06 Nov 1994 08:49:37 GMT": the only form that is still sent.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
  constexpr std::size_t kLength = 29;
  if (text.size() != kLength || text.substr(25) != " GMT" || text[19] != ':' || text[22] != ':') return std::nullopt;
  const auto day = number(text.substr(5, 2));
  const auto month = month_number(text.substr(8, 3));
  const auto year = number(text.substr(12, 4));
  const auto hour = number(text.substr(17, 2));
  const auto minute = number(text.substr(20, 2));
  const auto second = number(text.substr(23, 2));
  if (!day || !month || !year || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(*month),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

}  // namespace

std::optional<std::chrono::seconds> parse_retry_after(std::string_view value,
                                                      std::chrono::system_clock::time_point now) {
  if (const auto seconds = number(value)) return std::chrono::seconds(*seconds);
  const auto date = parse_http_date(value);
  if (!date) return std::nullopt;
  // In seconds: nanoseconds end in the year 2262.
  return std::max(std::chrono::seconds(0), *date - std::chrono::floor<std::chrono::seconds>(now));
}

Tries::Tries(RegistrySession::State& session) : session_(session), random_(std::random_device()()) {}

bool Tries::again(Reason reason, std::optional<milliseconds> asked) {
  return again_up_to(session_.options.retry.retries, reason, asked);
}

bool Tries::again_up_to(unsigned most, Reason reason, Asked asked) {
  const RegistryOptions& options = session_.options;
  if (used_ >= most) return false;
  const milliseconds own = pause();
  ++used_;
  failed_ = failed_ || reason == Reason::failure;
  ++(reason == Reason::failure ? session_.retries : session_.rate_limits);
  wait_for(asked ? std::min(*asked, options.retry.longest_retry_after) : own, options.stop);
  return true;
}

bool Tries::again(const http::TransientError& error, const http::Origin& server) {
  using Cause = http::TransientError::Cause;
  const unsigned retries = session_.options.retry.retries;
  const bool nobody = error.cause() == Cause::refused && !session_.known_servers.contains(server);
  return again_up_to(nobody ? std::min(retries, kTriesWhereNobodyListens) : retries,
                     error.cause() == Cause::overloaded ? Reason::told_to_wait : Reason::failure, error.wait());
}

/// Half of it is left to chance, so that many who failed together do not come back together.
milliseconds Tries::pause() {
  const RetryPolicy& policy = session_.options.retry;
  const auto doubled = policy.first_wait * (std::int64_t{1} << std::min(used_, kMostDoublings));
  const auto longest = std::min<milliseconds>(doubled, policy.longest_wait);
  std::uniform_int_distribution<milliseconds::rep> chance(longest.count() / 2,
                                                          std::max<milliseconds::rep>(longest.count(), 0));
  return milliseconds(chance(random_));
}

}  // namespace occy::registry
