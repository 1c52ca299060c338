// registry/login.hpp: a login as it is sent, and as it is shown.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "occy/credentials.hpp"
#include "occy/error.hpp"

namespace occy::registry {

/// "Basic dXNlcjpzZWNyZXQ=". RFC 7617. Throws Error (Errc::refused, `side`) for what cannot be sent so: control
/// characters, a colon in the user's name, a login that is only an identity token. `registry` is the subject.
[[nodiscard]] std::string basic_authorization(const Login& login, std::string_view registry, Side side);

/// For messages: "user bob (from the URI)", "an identity token (from docker-credential-acr)", "anonymous".
[[nodiscard]] std::string shown(const std::optional<Login>& login);

}  // namespace occy::registry
