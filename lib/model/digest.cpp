#include "occy/digest.hpp"

namespace occy {
namespace {

constexpr std::string_view kAlgorithm = "sha256:";
constexpr std::size_t kHexDigits = 2 * Digest::kBytes;

/// The value of a lower-case hexadecimal digit; 16 for everything else.
constexpr unsigned digit_value(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10U;
  return 16U;
}

/// `offset`: where `text` begins in what the user gave.
result<Digest> parse_digits(std::string_view text, std::size_t offset) {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (digit_value(text[i]) == 16U) return ParseError{"digest: expected lower-case hexadecimal digits", offset + i};
  if (text.size() != kHexDigits)
    return ParseError{"digest: expected 64 hexadecimal digits, found " + std::to_string(text.size()), offset};
  Digest::Bytes bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<std::byte>((digit_value(text[2 * i]) << 4U) | digit_value(text[2 * i + 1]));
  return Digest(bytes);
}

}  // namespace

result<Digest> Digest::parse(std::string_view text) {
  if (!text.starts_with(kAlgorithm)) return ParseError{"digest: expected \"sha256:\" and 64 hexadecimal digits", 0};
  return parse_digits(text.substr(kAlgorithm.size()), kAlgorithm.size());
}

result<Digest> Digest::parse_hex(std::string_view text) { return parse_digits(text, 0); }

std::string Digest::str() const { return std::string(kAlgorithm) + hex(); }

std::string Digest::hex() const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(kHexDigits);
  for (const std::byte byte : bytes_) {
    text += kDigits[std::to_integer<unsigned>(byte) >> 4U];
    text += kDigits[std::to_integer<unsigned>(byte) & 0xfU];
  }
  return text;
}

}  // namespace occy
