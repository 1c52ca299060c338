// registry/authorizer.hpp: what stands in "Authorization", and how one comes by it.
//
// Specification: distribution's token authentication (GET and OAuth2 POST), RFC 7617 (Basic), RFC 6750 (Bearer).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "http/client.hpp"
#include "occy/credentials.hpp"
#include "registry/account.hpp"

namespace occy::registry {

/// Tokens by origin, login and scope: what was got for one origin is never sent to another. Threads: may be used by
/// several at once; one token is fetched once.
class Authorizer {
 public:
  using Now = std::function<std::chrono::system_clock::time_point()>;

  /// Over anything that answers, by any clock. Borrows `credentials`, which may be null.
  Authorizer(Ask ask, Now now, CredentialSource* credentials, const Limits& limits);

  Authorizer(const Authorizer&) = delete;
  Authorizer& operator=(const Authorizer&) = delete;
  ~Authorizer();

  /// The value for "Authorization" of a request to the account's origin, as far as it is known: a token, Basic where
  /// the origin has asked for that before. Empty: send without. A token that is about to end is replaced by a new one
  /// here, which asks the token server, and throws what that throws.
  [[nodiscard]] std::string authorization(const Account& account, const Scope& scope);

  /// After an answer 401 to a request that carried `used` (may be empty): learns what the server wants, and gets a
  /// token where it must. True: try again with authorization(). False: what one has was refused.
  ///
  /// A token that is refused is replaced once, because it may have ended early; the new one, refused within 5 s, is the
  /// server's last word. So trying again as long as this is true comes to an end.
  ///
  /// Throws Error (account's side): Errc::refused when the token server says no, with its words, the user and the
  /// origin of the login, never the secret; http::TransientError when it cannot answer now (408, 429, 5xx);
  /// Errc::unsupported when no scheme is known. A realm on plain HTTP, when the registry is on HTTPS, never sees
  /// a login.
  [[nodiscard]] bool challenged(const Account& account, const Scope& scope, const http::Response& response,
                                const std::string& used);

  /// For messages: "user bob (from /root/.docker/config.json)", or "anonymous". Asks nobody.
  [[nodiscard]] std::string who(const Account& account, const Scope& scope);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy::registry
