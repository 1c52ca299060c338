// match/path_pattern.hpp: which paths somebody looks for.
#pragma once

#include <string_view>
#include <utility>
#include <variant>

#include "match/glob.hpp"
#include "match/regex.hpp"
#include "occy/result.hpp"
#include "occy/search_match.hpp"

namespace occy::match {

/// A glob for the whole path, or for the last component when it has neither a slash nor two stars; or a regular
/// expression that is found somewhere in the path. One object may be used by several threads at once.
class PathPattern {
 public:
  [[nodiscard]] static result<PathPattern> parse(std::string_view text, PatternSyntax syntax);

  /// `path`: without a leading "/" or "./" and without a trailing "/".
  [[nodiscard]] bool matches(std::string_view path) const;

 private:
  explicit PathPattern(std::variant<Glob, Regex> pattern) : pattern_(std::move(pattern)) {}

  std::variant<Glob, Regex> pattern_;
};

}  // namespace occy::match
