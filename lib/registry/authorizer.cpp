#include "registry/authorizer.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "registry/challenge_choice.hpp"
#include "registry/login.hpp"
#include "registry/token_service.hpp"

namespace occy::registry {
namespace {

using Moment = std::chrono::system_clock::time_point;
using std::chrono::seconds;

// How long a new token that is refused speaks for the server's will, and not for a token that has ended.
constexpr seconds kLastWord{5};

// Helpers give passwords that end; asked each time, they would be asked for every image.
constexpr std::chrono::minutes kLoginLifetime{5};

// A request that begins with a token must arrive with it.
seconds margin(seconds lifetime) { return std::min(seconds{10}, lifetime / 4); }

/// What a grant is for. The account's login is part of it: two users of one process do not share a token.
struct Key {
  http::Origin origin;
  std::string registry;
  Scope scope;
  std::string username;
  std::string password;
  std::string identity_token;

  friend auto operator<=>(const Key&, const Key&) = default;
};

Key key_of(const Account& account, const Scope& scope) {
  const Login login = account.login.value_or(Login{});
  return {account.origin, account.registry, scope, login.username, login.password, login.identity_token};
}

struct HeldToken {
  std::string authorization;
  Moment refresh_at;
};

/// What is known for one key. Its mutex is held while a token is fetched: who needs the same one waits for it.
struct Grant {
  std::mutex mutex;
  std::optional<TokenPlace> place;  ///< where the origin wants Bearer
  std::optional<HeldToken> token;
  Moment refused_at = {};  ///< when something was last replaced because it was refused
  std::optional<Login> login;
  Moment login_until = {};
};

}  // namespace

struct Authorizer::State {
  State(Ask ask_with, Now clock, CredentialSource* source, const Limits& caps)
      : ask(std::move(ask_with)), now(std::move(clock)), credentials(source), limits(caps) {}

  Grant& grant(const Account& account, const Scope& scope) {
    const std::lock_guard lock(mutex);
    return grants[key_of(account, scope)];
  }

  bool wants_basic(const http::Origin& origin) {
    const std::lock_guard lock(mutex);
    return basic_origins.contains(origin);
  }

  void note_scheme(const http::Origin& origin, std::string_view scheme) {
    const std::lock_guard lock(mutex);
    if (scheme == "basic")
      basic_origins.insert(origin);
    else
      basic_origins.erase(origin);
  }

  // The functions below want the grant's mutex to be held.

  const std::optional<Login>& login(Grant& grant, const Account& account, const Scope& scope) {
    if (account.login) return account.login;
    if (credentials != nullptr && now() >= grant.login_until) {
      grant.login = credentials->find(account.registry, scope.repository);
      grant.login_until = now() + kLoginLifetime;
    }
    return grant.login;
  }

  // Whether there is another login than the one that was refused, which may have ended since it was found.
  bool finds_another_login(Grant& grant, const Account& account, const Scope& scope) {
    if (account.login || credentials == nullptr || !grant.login) return false;
    const std::optional<Login> before = grant.login;
    credentials->refused(account.registry);
    grant.login_until = {};
    return login(grant, account, scope) != before;
  }

  std::string basic(Grant& grant, const Account& account, const Scope& scope) {
    const std::optional<Login>& known = login(grant, account, scope);
    return known ? basic_authorization(*known, account.registry, account.side) : std::string{};
  }

  std::string held_token(const Grant& grant) const {
    return grant.token && now() < grant.token->refresh_at ? grant.token->authorization : std::string{};
  }

  // What authorization() would give without asking the token server.
  std::string held(Grant& grant, const Account& account, const Scope& scope) {
    return wants_basic(account.origin) ? basic(grant, account, scope) : held_token(grant);
  }

  Token fetch_as_known(Grant& grant, const Account& account, const Scope& scope, Moment asked) {
    try {
      return fetch_token(ask, {*grant.place, account, login(grant, account, scope)}, asked, limits);
    } catch (const Error& error) {
      if (error.code() != Errc::refused || !finds_another_login(grant, account, scope)) throw;
    }
    return fetch_token(ask, {*grant.place, account, login(grant, account, scope)}, asked, limits);
  }

  void fetch(Grant& grant, const Account& account, const Scope& scope) {
    const Moment asked = now();
    grant.token.reset();
    const Token token = fetch_as_known(grant, account, scope, asked);
    grant.token = HeldToken{.authorization = "Bearer " + token.value,
                            .refresh_at = asked + token.lifetime - margin(token.lifetime)};
  }

  bool may_replace(Grant& grant) const {
    const Moment before = std::exchange(grant.refused_at, now());
    return grant.refused_at - before >= kLastWord;
  }

  bool take_bearer(Grant& grant, const Account& account, const Scope& scope, const Challenge& challenge) {
    TokenPlace place = token_place(challenge, account, scope);
    const bool is_new = place != grant.place;
    if (challenge.parameter("error") == "insufficient_scope" && !is_new) return false;
    grant.place = std::move(place);
    fetch(grant, account, scope);
    return true;
  }

  bool take_basic(Grant& grant, const Account& account, const Scope& scope, const std::string& used) {
    const std::string value = basic(grant, account, scope);
    if (value.empty()) return false;
    return value != used || finds_another_login(grant, account, scope);
  }

  const Ask ask;
  const Now now;
  CredentialSource* const credentials;
  const Limits limits;

  std::mutex mutex;
  std::map<Key, Grant> grants;
  std::set<http::Origin> basic_origins;
};

Authorizer::Authorizer(Ask ask, Now now, CredentialSource* credentials, const Limits& limits)
    : state_(std::make_unique<State>(std::move(ask), std::move(now), credentials, limits)) {}

Authorizer::~Authorizer() = default;

std::string Authorizer::authorization(const Account& account, const Scope& scope) {
  Grant& grant = state_->grant(account, scope);
  const std::lock_guard lock(grant.mutex);
  // Asked once: another thread may learn of another scheme at any moment.
  if (state_->wants_basic(account.origin)) return state_->basic(grant, account, scope);
  if (!grant.place) return {};
  if (std::string value = state_->held_token(grant); !value.empty()) return value;
  state_->fetch(grant, account, scope);
  return grant.token->authorization;
}

bool Authorizer::challenged(const Account& account, const Scope& scope, const http::Response& response,
                            const std::string& used) {
  Grant& grant = state_->grant(account, scope);
  const std::lock_guard lock(grant.mutex);
  // Another thread was faster.
  if (const std::string held = state_->held(grant, account, scope); !held.empty() && held != used) return true;
  if (!used.empty() && !state_->may_replace(grant)) return false;

  const Challenge challenge = choose_challenge(response, account);
  state_->note_scheme(account.origin, challenge.scheme);
  return challenge.scheme == "bearer" ? state_->take_bearer(grant, account, scope, challenge)
                                      : state_->take_basic(grant, account, scope, used);
}

std::string Authorizer::who(const Account& account, const Scope& scope) {
  Grant& grant = state_->grant(account, scope);
  const std::lock_guard lock(grant.mutex);
  return shown(account.login ? account.login : grant.login);
}

}  // namespace occy::registry
