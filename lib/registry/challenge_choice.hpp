// registry/challenge_choice.hpp: the way of logging in that an answer 401 leaves.
#pragma once

#include "http/message.hpp"
#include "registry/account.hpp"
#include "registry/challenge.hpp"

namespace occy::registry {

/// Bearer where it is offered, else Basic. Throws Error: Errc::unsupported with the schemes that are offered,
/// Errc::refused when none is, or no "WWW-Authenticate" can be read.
[[nodiscard]] Challenge choose_challenge(const http::Response& response, const Account& account);

}  // namespace occy::registry
