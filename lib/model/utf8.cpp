#include "model/utf8.hpp"

namespace occy {
namespace {

std::size_t promised_length(unsigned char lead) noexcept {
  if (lead < 0x80) return 1;
  if (lead < 0xc2) return 0;  // a continuation byte, or the lead of an overlong pair
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) return 3;
  return lead < 0xf5 ? 4 : 0;
}

bool is_scalar(char32_t code_point, std::size_t length) noexcept {
  if (length == 3) return code_point >= 0x800 && (code_point < 0xd800 || code_point > 0xdfff);
  if (length == 4) return code_point >= 0x10000 && code_point <= 0x10ffff;
  return true;
}

}  // namespace

Utf8Character utf8_at(std::string_view text, std::size_t position) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[position + i]); };
  const std::size_t length = promised_length(byte(0));
  if (length == 0 || length > text.size() - position) return {};
  if (length == 1) return {byte(0), 1};
  char32_t code_point = byte(0) & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return {};
    code_point = (code_point << 6U) | (byte(i) & 0x3fU);
  }
  if (!is_scalar(code_point, length)) return {};
  return {code_point, length};
}

}  // namespace occy
