// model/json_list.hpp: where the elements of a list stand in a JSON document, so that some can be kept as they are.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace occy::json {

/// One list. Views of the text.
struct ListPlace {
  /// Behind the opening bracket, and at the closing one.
  std::size_t begin = 0;
  std::size_t end = 0;

  /// Without the white space around them.
  std::vector<std::string_view> elements = {};
};

/// The list that is the member `key` of the document. Before: parse() has accepted `text`, which is an object and has
/// such a member.
[[nodiscard]] ListPlace find_list(std::string_view text, std::string_view key);

}  // namespace occy::json
