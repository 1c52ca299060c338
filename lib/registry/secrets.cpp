#include "registry/secrets.hpp"

#include <algorithm>

#include "http/message.hpp"
#include "model/base64.hpp"

namespace occy::registry {
namespace {

constexpr std::string_view kBasic = "Basic ";

// In one pass: every place of a long text may be covered.
std::string without(std::string_view text, std::string_view secret) {
  std::string shown;
  for (std::size_t at = text.find(secret); at != std::string_view::npos; at = text.find(secret)) {
    shown.append(text.substr(0, at)).append("***");
    text.remove_prefix(at + secret.size());
  }
  return shown.append(text);
}

bool is_longer(const std::string& a, const std::string& b) { return a.size() > b.size(); }

}  // namespace

Secrets Secrets::of(const std::optional<Login>& login) {
  Secrets secrets;
  if (!login) return secrets;
  secrets.add(encode_base64(login->username + ":" + login->password));
  secrets.add(login->password);
  secrets.add(login->identity_token);
  return secrets;
}

Secrets Secrets::in_authorization(std::string_view value) {
  Secrets secrets;
  const std::string_view bare = value.substr(value.find(' ') + 1);
  secrets.add(bare);
  if (!value.starts_with(kBasic)) return secrets;
  if (const auto login = decode_base64(bare)) secrets.add(std::string_view(*login).substr(login->find(':') + 1));
  return secrets;
}

/// The longer ones first: one may be a part of another.
void Secrets::add(std::string_view secret) {
  if (secret.empty()) return;
  spellings_.emplace_back(secret);
  if (std::string in_form = http::encode_query(secret); in_form != secret) spellings_.push_back(std::move(in_form));
  std::ranges::stable_sort(spellings_, is_longer);
}

std::string Secrets::covered(std::string text) const {
  for (const std::string& secret : spellings_) text = without(text, secret);
  return text;
}

}  // namespace occy::registry
