// match/glob_token.hpp: what the pieces of a glob are, between its parser and its matcher.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "occy/result.hpp"

namespace occy::match {

/// A character, or a byte that belongs to none: then 0x110000 and its value.
using Symbol = std::uint32_t;

inline constexpr Symbol kSlash = '/';

/// Takes the first symbol off `text`, which is not empty.
[[nodiscard]] Symbol take_symbol(std::string_view& text) noexcept;

/// One piece of a glob.
struct GlobToken {
  enum class Kind {
    literal,      ///< `symbol`
    any_symbol,   ///< ?
    one_of,       ///< [ranges]
    none_of,      ///< [!ranges]
    any_run,      ///< *
    any_path,     ///< **
    directories,  ///< **/ where a component begins: nothing, or anything that ends with a slash
  };

  Kind kind = Kind::literal;
  Symbol symbol = 0;
  std::vector<std::pair<Symbol, Symbol>> ranges = {};

  [[nodiscard]] bool accepts(Symbol found) const noexcept;
};

/// Reads a pattern. The error's position is an offset in `pattern`.
[[nodiscard]] result<std::vector<GlobToken>> parse_glob(std::string_view pattern);

}  // namespace occy::match
