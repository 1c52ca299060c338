#include "registry/token_service.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "registry/error_body.hpp"
#include "registry/login.hpp"
#include "registry/retry.hpp"
#include "registry/secrets.hpp"

namespace occy::registry {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view kClient = "occy";

std::string encoded(const Fields& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters)
    text += (text.empty() ? "" : "&") + name + "=" + http::encode_query(value);
  return text;
}

void add_scope(std::vector<std::string>& scopes, std::string_view scope) {
  if (!scope.empty() && std::ranges::find(scopes, scope) == scopes.end()) scopes.emplace_back(scope);
}

std::vector<std::string> wanted_scopes(const Scope& scope) {
  std::vector<std::string> scopes;
  const std::string_view access = scope.access == Scope::Access::push ? ":pull,push" : ":pull";
  if (!scope.repository.empty()) scopes.push_back("repository:" + scope.repository + std::string(access));
  if (!scope.mount_from.empty()) add_scope(scopes, "repository:" + scope.mount_from + ":pull");
  return scopes;
}

void add_each(std::vector<std::string>& scopes, std::string_view list) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(' '), list.size());
    add_scope(scopes, list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

std::string joined(const std::vector<std::string>& scopes) {
  std::string list;
  for (const std::string& scope : scopes) list += (list.empty() ? "" : " ") + scope;
  return list;
}

ErrorDetail detail(const TokenRequest& request, std::string_view what, std::string found, std::string hint = {}) {
  return {.subject = request.account.registry,
          .what = "the token server " + http::shown(request.place.realm) + " " + std::string(what),
          .found = std::move(found),
          .hint = std::move(hint)};
}

Error refusal(const TokenRequest& request, std::string_view what, std::string found, std::string hint = {}) {
  return {Errc::refused, request.account.side, detail(request, what, std::move(found), std::move(hint))};
}

// The registry's own name was told to be good enough without a certificate, and no other.
http::Call call_to(const TokenRequest& request) {
  const bool same_host = request.place.realm.origin.host == request.account.origin.host;
  http::Call call{.url = request.place.realm, .side = request.account.side};
  if (same_host) call.certificates = request.account.certificates;
  call.request.fields.emplace_back("Accept", "application/json");
  return call;
}

WholeAnswer get(const Ask& ask, const TokenRequest& request) {
  http::Call call = call_to(request);
  Fields parameters;
  if (!request.place.service.empty()) parameters.emplace_back("service", request.place.service);
  for (const std::string& scope : request.place.scopes) parameters.emplace_back("scope", scope);
  if (request.login) {
    parameters.emplace_back("account", request.login->username);
    call.request.fields.emplace_back(
        "Authorization", basic_authorization(*request.login, request.account.registry, request.account.side));
  }
  std::string& target = call.url.target;
  if (!parameters.empty()) target += (target.find('?') == std::string::npos ? '?' : '&') + encoded(parameters);
  return ask(call);
}

Fields proof(const Login& login) {
  if (!login.identity_token.empty()) return {{"grant_type", "refresh_token"}, {"refresh_token", login.identity_token}};
  return {{"grant_type", "password"}, {"username", login.username}, {"password", login.password}};
}

WholeAnswer post(const Ask& ask, const TokenRequest& request) {
  Fields form = proof(*request.login);
  form.emplace_back("client_id", kClient);
  if (!request.place.service.empty()) form.emplace_back("service", request.place.service);
  if (!request.place.scopes.empty()) form.emplace_back("scope", joined(request.place.scopes));
  const std::string body = encoded(form);

  http::Call call = call_to(request);
  call.request.method = "POST";
  call.request.fields.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  call.body = std::as_bytes(std::span(body));
  return ask(call);
}

WholeAnswer answer_to(const Ask& ask, const TokenRequest& request) {
  if (request.login && !request.login->identity_token.empty()) return post(ask, request);
  WholeAnswer answer = get(ask, request);
  const bool not_known = answer.response.status == 404 || answer.response.status == 405;
  return not_known && request.login ? post(ask, request) : answer;
}

void require_safe_way(const TokenRequest& request) {
  using Scheme = http::Origin::Scheme;
  if (!request.login || request.place.realm.origin.scheme == Scheme::https ||
      request.account.origin.scheme == Scheme::http)
    return;
  throw refusal(request, "is on plain HTTP, where no login goes from a registry on HTTPS", shown(request.login));
}

/// It passes by itself, at the earliest when the server says so.
[[noreturn]] void throw_overload(const TokenRequest& request, const http::Response& response, std::string found,
                                 std::chrono::system_clock::time_point now) {
  using Cause = http::TransientError::Cause;
  throw http::TransientError(
      Errc::unreachable, request.account.side, detail(request, "cannot give a token now", std::move(found)),
      response.status == 429 ? Cause::overloaded : Cause::fault, parse_retry_after(response.field("Retry-After"), now));
}

[[noreturn]] void throw_refusal(const TokenRequest& request, const WholeAnswer& answer,
                                std::chrono::system_clock::time_point now, const Limits& limits) {
  const unsigned status = answer.response.status;
  const std::string words = parse_error_body(answer.body, Secrets::of(request.login), limits).words;
  std::string found = "status " + std::to_string(status) + (words.empty() ? "" : ": " + words);
  if (status == 408 || status == 429 || status >= 500) throw_overload(request, answer.response, std::move(found), now);
  if (status != 401 && status != 403) throw refusal(request, "gives no token", std::move(found));
  if (request.login) throw refusal(request, "refuses " + shown(request.login), std::move(found));
  throw refusal(request, "wants a login, and none is known", std::move(found),
                "log in with `docker login " + request.account.registry + "` or `podman login`, or name the auth file");
}

}  // namespace

TokenPlace token_place(const Challenge& challenge, const Account& account, const Scope& scope) {
  result<http::Url> realm = http::parse_url(challenge.parameter("realm"));
  // The realm itself is not shown: it may hold a password.
  if (realm.has_error())
    throw Error(Errc::refused, account.side,
                {.subject = account.registry,
                 .what = "the URL of its token server (WWW-Authenticate, \"realm\") cannot be used",
                 .found = realm.error().message});
  TokenPlace place{std::move(*realm), std::string(challenge.parameter("service")), wanted_scopes(scope)};
  add_each(place.scopes, challenge.parameter("scope"));
  return place;
}

Token fetch_token(const Ask& ask, const TokenRequest& request, std::chrono::system_clock::time_point now,
                  const Limits& limits) {
  require_safe_way(request);
  const WholeAnswer answer = answer_to(ask, request);
  if (answer.response.status < 200 || answer.response.status > 299) throw_refusal(request, answer, now, limits);
  result<Token> token = parse_token(answer.body, now, limits);
  if (token.has_error())
    throw refusal(request, "gives something that is no token",
                  Secrets::of(request.login).covered(token.error().message));
  return std::move(*token);
}

}  // namespace occy::registry
