#include "registry/auth_file.hpp"

#include <algorithm>
#include <utility>

#include "model/base64.hpp"
#include "model/json.hpp"

namespace occy::registry {
namespace {

namespace js = boost::json;

std::string_view without_prefix(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

std::string lower_host(std::string_view host) {
  std::string lower(host);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  const bool is_hub =
      lower == "index.docker.io" || lower == "registry-1.docker.io" || lower == "registry.hub.docker.com";
  return is_hub ? "docker.io" : lower;
}

// "/v1/" and "/v2/" are the API's, and no repository's.
std::string_view repository_part(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path == "v1" || path == "v2" ? std::string_view{} : path;
}

bool is_helper_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
}

template <class List>
auto best_match(const List& list, std::string_view registry, std::string_view repository) noexcept {
  const typename List::value_type* best = nullptr;
  for (const auto& item : list)
    if (item.key.covers(registry, repository) && (best == nullptr || item.key.prefix.size() > best->key.prefix.size()))
      best = &item;
  return best;
}

ParseError about(std::string where, std::string message) { return {std::move(where) + ": " + std::move(message)}; }

// Parse errors of base64 tell a position and no text.
result<Login> decoded_auth(std::string_view text, const std::string& where) {
  const result<std::string> plain = decode_base64(text);
  if (plain.has_error()) return about(where + ".auth", plain.error().message);
  // Docker pads a password with NULs.
  const std::string_view whole = std::string_view(*plain).substr(0, plain->find_last_not_of('\0') + 1);
  const std::size_t colon = whole.find(':');
  if (colon == std::string_view::npos) return about(where + ".auth", "expected base64 of \"user:password\"");
  return Login{.username = std::string(whole.substr(0, colon)), .password = std::string(whole.substr(colon + 1))};
}

result<std::string> entry_member(const js::value& entry, std::string_view name, const std::string& where) {
  return json::optional_string_member(entry, name, where);
}

result<Login> login_of(const js::value& entry, const std::string& where) {
  if (!entry.is_object()) return about(where, "expected an object, found " + std::string(json::kind_name(entry)));
  const result<std::string> auth = entry_member(entry, "auth", where);
  if (auth.has_error()) return auth.error();
  result<std::string> username = entry_member(entry, "username", where);
  if (username.has_error()) return username.error();
  result<std::string> password = entry_member(entry, "password", where);
  if (password.has_error()) return password.error();
  result<std::string> identity_token = entry_member(entry, "identitytoken", where);
  if (identity_token.has_error()) return identity_token.error();

  Login login{.username = std::move(*username), .password = std::move(*password)};
  if (!auth->empty()) {
    result<Login> decoded = decoded_auth(*auth, where);
    if (decoded.has_error()) return decoded.error();
    login = std::move(*decoded);
  }
  login.identity_token = std::move(*identity_token);
  return login;
}

bool says_something(const Login& login) { return !login.username.empty() || !login.identity_token.empty(); }

// Key and value of each member; none where the section is absent.
using Members = std::vector<std::pair<std::string, const js::value*>>;

result<Members> members_of(const js::value& document, const std::string& section) {
  Members members;
  const js::value* found = json::member(document, section);
  if (found == nullptr) return members;
  if (!found->is_object()) return about(section, "expected an object, found " + std::string(json::kind_name(*found)));
  for (const auto& member : found->get_object()) members.emplace_back(std::string(member.key()), &member.value());
  return members;
}

result<std::vector<AuthFile::Entry>> read_logins(const js::value& document) {
  std::vector<AuthFile::Entry> logins;
  const result<Members> members = members_of(document, "auths");
  if (members.has_error()) return members.error();
  for (const auto& [key, value] : *members) {
    result<Login> login = login_of(*value, "auths[\"" + key + "\"]");
    if (login.has_error()) return login.error();
    if (says_something(*login)) logins.push_back({AuthKey::parse(key), std::move(*login)});
  }
  return logins;
}

result<std::vector<AuthFile::Helper>> read_helpers(const js::value& document) {
  std::vector<AuthFile::Helper> helpers;
  const result<Members> members = members_of(document, "credHelpers");
  if (members.has_error()) return members.error();
  for (const auto& [key, value] : *members) {
    const std::string name = value->is_string() ? std::string(value->get_string()) : std::string{};
    if (!is_helper_name(name)) return about("credHelpers[\"" + key + "\"]", "expected the name of a helper");
    helpers.push_back({AuthKey::parse(key), name});
  }
  return helpers;
}

}  // namespace

AuthKey AuthKey::parse(std::string_view text) {
  text = without_prefix(without_prefix(text, "https://"), "http://");
  const std::size_t end = std::min(text.find('/'), text.size());
  return {lower_host(text.substr(0, end)), std::string(repository_part(text.substr(std::min(end + 1, text.size()))))};
}

bool AuthKey::covers(std::string_view name, std::string_view repository) const noexcept {
  if (name != registry) return false;
  if (prefix.empty() || repository == prefix) return true;
  return repository.size() > prefix.size() && repository.starts_with(prefix) && repository[prefix.size()] == '/';
}

const AuthFile::Entry* AuthFile::login_for(std::string_view registry, std::string_view repository) const noexcept {
  return best_match(logins, registry, repository);
}

const AuthFile::Helper* AuthFile::helper_for(std::string_view registry, std::string_view repository) const noexcept {
  return best_match(helpers, registry, repository);
}

result<AuthFile> parse_auth_file(std::string_view text, const Limits& limits) {
  const result<js::value> document = json::parse(text, limits);
  if (document.has_error()) return document.error();
  if (!document->is_object()) return ParseError{"expected an object, found " + std::string(json::kind_name(*document))};
  result<std::vector<AuthFile::Entry>> logins = read_logins(*document);
  if (logins.has_error()) return logins.error();
  result<std::vector<AuthFile::Helper>> helpers = read_helpers(*document);
  if (helpers.has_error()) return helpers.error();
  result<std::string> store = json::optional_string_member(*document, "credsStore", "the file");
  if (store.has_error()) return store.error();
  if (!store->empty() && !is_helper_name(*store)) return about("credsStore", "expected the name of a helper");
  return AuthFile{std::move(*logins), std::move(*helpers), std::move(*store)};
}

}  // namespace occy::registry
