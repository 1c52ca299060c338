#include <array>

#include "model/utf8.hpp"
#include "occy/error.hpp"

namespace occy {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// Control characters; line and paragraph separators; marks, embeddings and isolates that turn the direction of writing
// (with them one name can be made to look like another).
constexpr std::array kSteering = {Range{0x00, 0x1f},     Range{0x7f, 0x9f},     Range{0x061c, 0x061c},
                                  Range{0x200e, 0x200f}, Range{0x2028, 0x202e}, Range{0x2066, 0x2069},
                                  Range{0xfeff, 0xfeff}};

bool steers_terminal(char32_t code_point) noexcept {
  for (const Range range : kSteering)
    if (code_point >= range.first && code_point <= range.last) return true;
  return false;
}

void append_escaped(std::string& to, std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    to += "\\x";
    to += kDigits[byte >> 4U];
    to += kDigits[byte & 0xfU];
  }
}

}  // namespace

std::string printable(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  for (std::size_t position = 0; position < text.size();) {
    const Utf8Character character = utf8_at(text, position);
    const std::string_view bytes = text.substr(position, character.length == 0 ? 1 : character.length);
    if (character.length == 0 || steers_terminal(character.code_point))
      append_escaped(shown, bytes);
    else
      shown += bytes == "\\" ? "\\\\" : bytes;
    position += bytes.size();
  }
  return shown;
}

}  // namespace occy
