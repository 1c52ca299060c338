#include "registry/retry.hpp"

#include <functional>
#include <thread>

#include "registry/session.hpp"
#include "registry/waiting.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace occy;
using namespace occy::registry;
using namespace occy::test;
using namespace std::chrono_literals;

namespace {

RegistryOptions patience(unsigned retries, std::chrono::milliseconds first) {
  RegistryOptions options;
  options.retry = {
      .retries = retries, .first_wait = first, .longest_wait = 4 * first, .longest_retry_after = 2 * first};
  return options;
}

std::chrono::nanoseconds time_of(const std::function<void()>& action) {
  const auto start = std::chrono::steady_clock::now();
  action();
  return std::chrono::steady_clock::now() - start;
}

}  // namespace

TEST_CASE("retry: Retry-After is seconds or a date", "[registry]") {
  const auto now = std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + 8h + 49min;

  CHECK(parse_retry_after("7", now) == 7s);
  CHECK(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now) == 37s);
  CHECK(parse_retry_after("Sun, 06 Nov 1994 08:48:37 GMT", now) == 0s);
  CHECK(parse_retry_after("Sun, 06 Nov 9994 08:49:37 GMT", now).value() > 24h * 365 * 7999);
  for (const char* text : {"", "-7", "soon", "7s", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 1994 08:49:37 GMT",
                           "Sun, 06 Xxx 1994 08:49:37 GMT", "99999999999999999999"}) {
    INFO(text);
    CHECK_FALSE(parse_retry_after(text, now).has_value());
  }
}

TEST_CASE("retry: tries are counted, and anew when something has moved on", "[registry]") {
  const RegistrySession session(patience(2, 1ms));
  Tries tries(*session.state());

  CHECK(tries.again(Tries::Reason::failure));
  CHECK(tries.again(Tries::Reason::told_to_wait));
  CHECK_FALSE(tries.again(Tries::Reason::failure));
  tries.moved_on();
  CHECK(tries.again(Tries::Reason::failure));

  CHECK(session.traffic().retries == 2);
  CHECK(session.traffic().rate_limits == 1);
}

TEST_CASE("retry: where nobody listens, and nobody has, there is one more try", "[registry]") {
  using http::TransientError;
  const TransientError refused{Errc::unreachable, Side::input, {}, TransientError::Cause::refused};
  const http::Origin server{.host = "registry.example"};

  const RegistrySession session(patience(3, 1ms));
  Tries first(*session.state());
  CHECK(first.again(refused, server));
  CHECK_FALSE(first.again(refused, server));

  session.state()->known_servers.note(server);
  Tries later(*session.state());
  for (int i = 0; i < 3; ++i) CHECK(later.again(refused, server));
  CHECK_FALSE(later.again(refused, server));

  const RegistrySession hasty(patience(0, 1ms));
  CHECK_FALSE(Tries(*hasty.state()).again(refused, server));
}

TEST_CASE("retry: waits are as long as asked for, up to a cap", "[registry]") {
  const RegistrySession session(patience(9, 20ms));
  Tries tries(*session.state());

  CHECK(time_of([&] { (void)tries.again(Tries::Reason::told_to_wait, 30ms); }) >= 30ms);
  CHECK(time_of([&] { (void)tries.again(Tries::Reason::told_to_wait, 1h); }) >= 40ms);
  CHECK(time_of([&] { (void)tries.again(Tries::Reason::failure); }) >=
        40ms);  // the third: four times the first, halved
}

TEST_CASE("retry: a stop request ends a wait", "[registry]") {
  std::stop_source stop;
  RegistryOptions options = patience(1, 1h);
  options.stop = stop.get_token();
  const RegistrySession session(options);
  Tries tries(*session.state());

  std::jthread stopper([&] { stop.request_stop(); });
  CHECK(error_of([&] { (void)tries.again(Tries::Reason::failure); }).code() == Errc::cancelled);
}

TEST_CASE("retry: requests to one server are spaced, and to another are not", "[registry]") {
  RateLimiter limiter(50);
  const http::Origin one{.host = "one"};
  const http::Origin other{.host = "other"};

  CHECK(time_of([&] {
          for (int i = 0; i < 4; ++i) limiter.wait(one, {});
        }) >= 60ms);
  CHECK(time_of([&] { limiter.wait(other, {}); }) < 60ms);
}
