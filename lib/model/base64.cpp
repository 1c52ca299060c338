#include "model/base64.hpp"

#include <cstdint>
#include <utility>

namespace occy {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string_view without_padding(std::string_view text) {
  if (text.size() % 4 != 0) return text;
  for (int pads = 0; pads < 2 && text.ends_with('='); ++pads) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string encode_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : bytes) {
    bits = bits << 8U | static_cast<unsigned char>(c);
    for (held += 8; held >= 6; held -= 6) text += kAlphabet[bits >> (held - 6) & 63U];
  }
  if (held > 0) text += kAlphabet[bits << (6 - held) & 63U];
  while (text.size() % 4 != 0) text += '=';
  return text;
}

result<std::string> decode_base64(std::string_view text) {
  const std::string_view digits = without_padding(text);
  if (digits.size() % 4 == 1) return ParseError{"base64 of a wrong length", text.size()};
  std::string bytes;
  bytes.reserve(digits.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (std::size_t at = 0; at < digits.size(); ++at) {
    const std::size_t digit = kAlphabet.find(digits[at]);
    if (digit == std::string_view::npos) return ParseError{"a character that base64 does not have", at};
    bits = bits << 6U | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes += static_cast<char>(bits >> held & 255U);
  }
  if ((bits & ((1U << held) - 1)) != 0) return ParseError{"base64 that ends in the middle of a byte", text.size()};
  return {boost::system::in_place_value, std::move(bytes)};
}

}  // namespace occy
