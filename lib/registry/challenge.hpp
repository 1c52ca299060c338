// registry/challenge.hpp: WWW-Authenticate, taken apart. RFC 9110, 11.6.1.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "occy/result.hpp"

namespace occy::registry {

/// One scheme with its parameters. A token68 ("Negotiate YII=") is read over: no scheme that a registry speaks has one.
struct Challenge {
  std::string scheme;                                                ///< lower case: "bearer", "basic"
  std::vector<std::pair<std::string, std::string>> parameters = {};  ///< names in lower case, values unquoted

  /// Empty when absent.
  [[nodiscard]] std::string_view parameter(std::string_view name) const noexcept;
};

/// All challenges of one field, in its order. Refused: more than 16 KiB, 16 challenges or 32 parameters of one; a
/// parameter that comes twice, of which two readers could see two.
[[nodiscard]] result<std::vector<Challenge>> parse_challenges(std::string_view field);

}  // namespace occy::registry
