#include "match/path_pattern.hpp"

#include "support/catch.hpp"

using occy::PatternSyntax;
using occy::match::PathPattern;

namespace {

bool matches_path(std::string_view pattern, std::string_view path, PatternSyntax syntax = PatternSyntax::glob) {
  return PathPattern::parse(pattern, syntax).value().matches(path);
}

}  // namespace

TEST_CASE("path pattern: a glob without a slash looks at the last component", "[match]") {
  CHECK(matches_path("*.py", "usr/lib/a.py"));
  CHECK(matches_path("*.py", "a.py"));
  CHECK(matches_path("passwd", "etc/passwd"));
  CHECK_FALSE(matches_path("etc", "etc/passwd"));
}

TEST_CASE("path pattern: a glob with a slash, or with two stars, looks at the whole path", "[match]") {
  CHECK(matches_path("usr/*/a.py", "usr/lib/a.py"));
  CHECK_FALSE(matches_path("lib/a.py", "usr/lib/a.py"));
  CHECK(matches_path("usr**", "usr/lib"));
}

TEST_CASE("path pattern: a leading slash anchors a name at the top", "[match]") {
  CHECK(matches_path("/etc", "etc"));
  CHECK_FALSE(matches_path("/etc", "usr/etc"));
}

TEST_CASE("path pattern: a regular expression looks at the whole path", "[match]") {
  CHECK(matches_path("lib/.*py$", "usr/lib/a.py", PatternSyntax::regex));
  CHECK_FALSE(matches_path("^lib", "usr/lib/a.py", PatternSyntax::regex));
}

TEST_CASE("path pattern: both kinds refuse with their own words", "[match]") {
  CHECK(PathPattern::parse("[", PatternSyntax::glob).error().message == "glob: expected ] after [, found the end");
  CHECK(PathPattern::parse("(", PatternSyntax::regex).error().message.find("regular expression: ") == 0);
}
