#include "registry/token.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "model/json.hpp"
#include "model/rfc3339.hpp"

namespace occy::registry {
namespace {

namespace js = boost::json;
using std::chrono::seconds;

// Servers refuse header fields above 8 to 64 KiB.
constexpr std::size_t kMostTokenBytes = std::size_t{64} << 10U;
constexpr seconds kDefaultLifetime{60};
constexpr seconds kLongestLifetime{std::chrono::hours{24}};

std::optional<double> number(const js::value& value) {
  if (value.is_int64()) return static_cast<double>(value.get_int64());
  if (value.is_uint64()) return static_cast<double>(value.get_uint64());
  if (value.is_double()) return value.get_double();
  return std::nullopt;
}

result<seconds> lifetime_member(const js::value& answer) {
  const js::value* member = json::member(answer, "expires_in");
  if (member == nullptr) return kDefaultLifetime;
  const std::optional<double> told = number(*member);
  if (!told || std::isnan(*told))
    return ParseError{"expires_in: expected a number, found " + std::string(json::kind_name(*member))};
  const auto most = static_cast<double>(kLongestLifetime.count());
  return seconds{static_cast<seconds::rep>(std::clamp(*told, 1.0, most))};
}

// A token may come out of the server's cache, and be half used up.
seconds remaining(seconds lifetime, std::string_view issued_at, std::chrono::system_clock::time_point now) {
  const std::optional<Time> issued = parse_rfc3339(issued_at);
  if (!issued) return lifetime;
  const seconds clock = std::chrono::duration_cast<seconds>(now.time_since_epoch());
  const seconds age = clock - seconds{issued->seconds};
  return age > seconds{0} && age < lifetime ? lifetime - age : lifetime;
}

result<std::string> token_member(const js::value& answer) {
  for (const char* name : {"token", "access_token"}) {
    result<std::string> value = json::optional_string_member(answer, name, "the answer");
    if (value.has_error() || !value->empty()) return value;
  }
  return ParseError{"expected a member \"token\" or \"access_token\""};
}

bool fits_header(std::string_view value) {
  return value.size() <= kMostTokenBytes && std::ranges::all_of(value, [](char c) { return c > ' ' && c < '\x7f'; });
}

std::string text_member(const js::value& value, std::string_view name) {
  const js::value* member = json::member(value, name);
  return member != nullptr && member->is_string() ? std::string(member->get_string()) : std::string{};
}

}  // namespace

result<Token> parse_token(std::string_view body, std::chrono::system_clock::time_point now, const Limits& limits) {
  const result<js::value> answer = json::parse(body, limits);
  if (answer.has_error()) return answer.error();
  if (!answer->is_object()) return ParseError{"expected an object, found " + std::string(json::kind_name(*answer))};
  result<std::string> value = token_member(*answer);
  if (value.has_error()) return value.error();
  if (!fits_header(*value)) return ParseError{"the token does not fit into a header field"};
  const result<seconds> lifetime = lifetime_member(*answer);
  if (lifetime.has_error()) return lifetime.error();
  return Token{std::move(*value), remaining(*lifetime, text_member(*answer, "issued_at"), now)};
}

}  // namespace occy::registry
