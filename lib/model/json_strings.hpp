// model/json_strings.hpp: where the strings of a JSON document stand, so that one can be replaced and every other byte
// (numbers as they were written, the order of members, white space) stays.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace occy::json {

/// One string value.
struct StringPlace {
  /// As a JSON pointer (RFC 6901): "/history/3/created".
  std::string pointer;

  std::string value;

  /// Of the literal, with its quotes.
  std::size_t offset = 0;
  std::size_t size = 0;
};

/// Shows `on_string` every string value, in the order of the text. Before: parse() has accepted `text`.
void for_each_string(std::string_view text, const std::function<void(const StringPlace&)>& on_string);

/// The text with some of its strings replaced: `change` is shown each, and gives the value that takes its place. A
/// value that stays keeps its literal.
[[nodiscard]] std::string replace_strings(std::string_view text,
                                          const std::function<std::string(const StringPlace&)>& change);

}  // namespace occy::json
