#include "registry/login.hpp"

#include <algorithm>

#include "model/base64.hpp"

namespace occy::registry {
namespace {

bool has_control_characters(std::string_view text) {
  return std::ranges::any_of(text, [](unsigned char byte) { return byte < 0x20 || byte == 0x7f; });
}

// Why a login cannot go into Basic; empty: it can.
std::string_view basic_fault(const Login& login) {
  if (login.password.empty() && !login.identity_token.empty())
    return "the registry wants a password, and only an identity token is known";
  if (login.username.find(':') != std::string::npos) return "a user name with a colon cannot be sent";
  if (has_control_characters(login.username)) return "a user name with control characters cannot be sent";
  if (has_control_characters(login.password)) return "a password with control characters cannot be sent";
  return {};
}

std::string basic_text(const Login& login) { return encode_base64(login.username + ":" + login.password); }

}  // namespace

std::string basic_authorization(const Login& login, std::string_view registry, Side side) {
  const std::string_view fault = basic_fault(login);
  if (!fault.empty())
    throw Error(Errc::refused, side,
                {.subject = std::string(registry), .what = std::string(fault), .found = shown(login)});
  return "Basic " + basic_text(login);
}

std::string shown(const std::optional<Login>& login) {
  if (!login) return "anonymous";
  const std::string who = login->identity_token.empty() ? "user " + login->username : "an identity token";
  return login->origin.empty() ? who : who + " (from " + login->origin + ")";
}

}  // namespace occy::registry
