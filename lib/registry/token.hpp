// registry/token.hpp: what token servers say. Specification: distribution, "Token Authentication Specification".
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "occy/limits.hpp"
#include "occy/result.hpp"

namespace occy::registry {

struct Token {
  /// Printable ASCII without spaces: fit for a header field.
  std::string value;

  /// From the moment at which it was read.
  std::chrono::seconds lifetime{60};
};

/// The body of an answer 200. "token" counts before "access_token"; without "expires_in" a token is good for 60 s. What
/// "issued_at" says has passed is taken off, unless the two clocks cannot agree. A lifetime is 1 s to a day.
[[nodiscard]] result<Token> parse_token(std::string_view body, std::chrono::system_clock::time_point now,
                                        const Limits& limits);

}  // namespace occy::registry
