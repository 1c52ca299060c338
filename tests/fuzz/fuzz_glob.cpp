// Globs and regular expressions of users over names of foreign layers: the first line is the pattern, the rest the
// path.
#include <cstdlib>
#include <string>

#include "fuzz.hpp"
#include "match/glob.hpp"
#include "match/regex.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = occy::fuzz::text(data, size);
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return 0;
  const std::string_view pattern = text.substr(0, end);
  const std::string path(text.substr(end + 1));

  if (const auto regex = occy::match::Regex::parse(pattern)) (void)regex->found_in(path);
  const auto glob = occy::match::Glob::parse(pattern);
  if (!glob) return 0;
  if (glob->matches(path) && !glob->matches_with_parents(path)) std::abort();
  if (!path.empty() && glob->matches_with_parents(path) && !glob->matches_with_parents(path + "/x")) std::abort();
  if (glob->matches_all_below(path) && !path.empty() && !glob->matches_with_parents(path + "/x")) std::abort();
  return 0;
}
