// model/utf8.hpp: tells text from bytes.
#pragma once

#include <cstddef>
#include <string_view>

namespace occy {

/// One character of a UTF-8 text.
struct Utf8Character {
  char32_t code_point = 0;

  /// Bytes; 0 when there is no valid character (overlong, surrogate, above U+10FFFF, cut).
  std::size_t length = 0;
};

/// The character that begins at `position`, which lies inside the text.
[[nodiscard]] Utf8Character utf8_at(std::string_view text, std::size_t position) noexcept;

}  // namespace occy
