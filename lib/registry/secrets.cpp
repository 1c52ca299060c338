#include "registry/secrets.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstring>

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

/// So many characters of a secret are too many.
constexpr std::size_t kPart = 8;

std::uint64_t part_at(std::string_view text, std::size_t at) {
  std::uint64_t part = 0;
  std::memcpy(&part, text.data() + at, kPart);
  return part;
}

/// Each run of so many characters, in order.
std::vector<std::uint64_t> parts_of(std::string_view text) {
  std::vector<std::uint64_t> parts;
  for (std::size_t at = 0; at + kPart <= text.size(); ++at) parts.push_back(part_at(text, at));
  std::ranges::sort(parts);
  return parts;
}

bool has_part_of(const std::vector<std::string>& secrets, std::string_view text) {
  const std::vector<std::uint64_t> parts = parts_of(text);
  for (const std::string_view secret : secrets) {
    if (secret.size() < kPart && text.find(secret) != std::string_view::npos) return true;
    for (std::size_t at = 0; at + kPart <= secret.size(); ++at)
      if (std::ranges::binary_search(parts, part_at(secret, at))) return true;
  }
  return false;
}

/// The number that so many hexadecimal digits are; missing when others are among them.
std::optional<unsigned> hexadecimal(std::string_view text, std::size_t digits) {
  unsigned value = 0;
  const char* const end = text.data() + std::min(digits, text.size());
  const auto [stop, error] = std::from_chars(text.data(), end, value, 16);
  return error == std::errc{} && stop == end && text.size() >= digits ? std::optional(value) : std::nullopt;
}

/// Of the plane that JSON writes in one escape.
std::string utf8(unsigned point) {
  const auto byte = [](unsigned bits) { return static_cast<char>(bits); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xc0U | point >> 6U), byte(0x80U | (point & 0x3fU))};
  return {byte(0xe0U | point >> 12U), byte(0x80U | (point >> 6U & 0x3fU)), byte(0x80U | (point & 0x3fU))};
}

/// "\u0041", "\/" and "%41" as what they mean.
std::string unescaped(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    const bool is_unicode = text.starts_with("\\u");
    const std::size_t head = is_unicode ? 2 : 1;
    const std::size_t digits = is_unicode ? 4 : 2;
    const auto value = is_unicode || text.front() == '%' ? hexadecimal(text.substr(head), digits) : std::nullopt;
    if (value) {
      plain += is_unicode ? utf8(*value) : std::string(1, static_cast<char>(*value));
      text.remove_prefix(head + digits);
      continue;
    }
    if (text.front() == '\\' && text.size() > 1) text.remove_prefix(1);
    plain += text.front();
    text.remove_prefix(1);
  }
  return plain;
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

bool Secrets::are_hinted_at(std::string_view text) const {
  return !text.empty() && (has_part_of(spellings_, text) || has_part_of(spellings_, unescaped(text)));
}

std::string Secrets::covered(std::string text) const {
  for (const std::string& secret : spellings_) text = without(text, secret);
  return text;
}

}  // namespace occy::registry
