// registry/token_service.hpp: gets tokens from where a registry sends its clients.
//
// Specification: distribution's token authentication (GET and OAuth2 POST).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "http/url.hpp"
#include "registry/account.hpp"
#include "registry/challenge.hpp"
#include "registry/token.hpp"

namespace occy::registry {

/// Where tokens are, and for what: the inside of a Bearer challenge.
struct TokenPlace {
  http::Url realm;
  std::string service;
  std::vector<std::string> scopes;

  friend bool operator==(const TokenPlace&, const TokenPlace&) = default;
};

/// The scopes are those of `scope` and those that the registry asks for beside them. Throws Error (Errc::refused) when
/// the realm is no URL of http or https, or holds user information.
[[nodiscard]] TokenPlace token_place(const Challenge& challenge, const Account& account, const Scope& scope);

/// What a token is asked with.
struct TokenRequest {
  const TokenPlace& place;
  const Account& account;
  const std::optional<Login>& login;
};

/// Asks with GET, and Basic where there is a login; an identity token goes by POST, and so does a password where GET is
/// not known (404, 405).
///
/// Throws Error: Errc::refused when the server says no, with its words, and who was refused; http::TransientError
/// when it cannot say anything now (408, 429, 5xx), with the wait that it asks for; Errc::refused when a login would go
/// over plain HTTP though the registry is on HTTPS.
[[nodiscard]] Token fetch_token(const Ask& ask, const TokenRequest& request, std::chrono::system_clock::time_point now,
                                const Limits& limits);

}  // namespace occy::registry
