// uri/filter_spec.hpp: takes "exclude:pattern=a,pattern='b,c'" apart. What filters and options there are is
// filters.cpp's business.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "occy/result.hpp"

namespace occy::uri {

/// A filter as the user writes it: NAME[:KEY=VALUE[,VALUE…][,KEY=VALUE…]…].
///
/// A value that begins with ' or " goes to the next such sign, and has everything in between as it stands; others go to
/// the next comma. What follows a comma and does not look like KEY= is one more value of the key before.
struct FilterSpec {
  std::string name;

  /// In their order; a key with several values is here several times.
  std::vector<std::pair<std::string, std::string>> options = {};

  /// Refuses an empty name, an option without "=", a quote without its end, and NUL anywhere.
  [[nodiscard]] static result<FilterSpec> parse(std::string_view text);
};

}  // namespace occy::uri
