#include "uri/percent.hpp"

#include <optional>
#include <utility>

namespace occy::uri {
namespace {

std::optional<unsigned> hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<unsigned>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<unsigned>(digit - 'a') + 10U;
  if (digit >= 'A' && digit <= 'F') return static_cast<unsigned>(digit - 'A') + 10U;
  return std::nullopt;
}

}  // namespace

result<std::string> percent_decoded(std::string_view text, std::size_t position) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const auto high = i + 1 < text.size() ? hex_value(text[i + 1]) : std::nullopt;
    const auto low = i + 2 < text.size() ? hex_value(text[i + 2]) : std::nullopt;
    if (!high || !low) return ParseError{"broken percent escape: expected % and two hexadecimal digits", position + i};
    const unsigned value = *high * 16U + *low;
    if (value == 0) return ParseError{"NUL in an option", position + i};
    decoded += static_cast<char>(value);
    i += 2;
  }
  return {boost::system::in_place_value, std::move(decoded)};
}

}  // namespace occy::uri
