#include "match/path_pattern.hpp"

#include <utility>

namespace occy::match {

result<PathPattern> PathPattern::parse(std::string_view text, PatternSyntax syntax) {
  if (syntax == PatternSyntax::regex) {
    auto regex = Regex::parse(text);
    if (!regex) return regex.error();
    return PathPattern(std::variant<Glob, Regex>(std::move(*regex)));
  }
  auto glob = Glob::parse(text);
  if (!glob) return glob.error();
  return PathPattern(std::variant<Glob, Regex>(std::move(*glob)));
}

bool PathPattern::matches(std::string_view path) const {
  if (const auto* regex = std::get_if<Regex>(&pattern_)) return regex->found_in(path);
  const Glob& glob = std::get<Glob>(pattern_);
  return glob.matches(glob.is_for_paths() ? path : path.substr(path.rfind('/') + 1));
}

}  // namespace occy::match
