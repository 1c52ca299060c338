// registry/authorizer.hpp: what stands in "Authorization", and how one comes by it.
//
// Specification: distribution's token authentication (GET and OAuth2 POST), RFC 7617 (Basic), RFC 6750 (Bearer).
#pragma once

#include <compare>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/client.hpp"
#include "occy/credentials.hpp"

namespace occy::registry {

/// What a request is allowed to touch: "repository:library/debian:pull,push". Sorted, without repeats.
struct Scope {
  std::string repository;
  enum class Access { pull, push } access = Access::pull;

  /// For a mount: the repository that is read beside.
  std::string mount_from = {};

  friend auto operator<=>(const Scope&, const Scope&) = default;
};

/// Which server, and who one is there.
struct Account {
  http::Origin origin;

  /// The name by which logins are found: "registry.example:5000", "docker.io".
  std::string registry;

  std::optional<Login> login = {};
  http::Call::Certificates certificates = http::Call::Certificates::verified;
  Side side = Side::input;
};

/// Tokens by origin, login and scope. Threads: may be used by several at once; one token is fetched once.
class Authorizer {
 public:
  /// Borrows both; `credentials` may be null.
  Authorizer(http::Client& client, CredentialSource* credentials, const Limits& limits);
  Authorizer(const Authorizer&) = delete;
  Authorizer& operator=(const Authorizer&) = delete;
  ~Authorizer();

  /// The value for "Authorization" as far as it is known without asking: a token that is still good, or Basic where the
  /// origin has asked for that before. Empty: send without.
  [[nodiscard]] std::string authorization(const Account& account, const Scope& scope);

  /// After an answer 401 to a request that carried `used` (may be empty): learns what the server wants, and gets a
  /// token where it must. True: try again with authorization(). False: what one has was refused.
  ///
  /// Throws Error (account's side): Errc::refused when the token server says no, with its words, the user and the
  /// origin of the login, never the secret; Errc::unsupported when no scheme is known. A realm on plain HTTP, when the
  /// registry is on HTTPS, never sees a login.
  [[nodiscard]] bool challenged(const Account& account, const Scope& scope, const http::Response& response,
                                const std::string& used);

  /// For messages: "user bob (from config.json: /root/.docker/config.json)", or "anonymous".
  [[nodiscard]] std::string who(const Account& account, const Scope& scope);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy::registry
