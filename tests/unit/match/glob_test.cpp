#include "match/glob.hpp"

#include <string>

#include "support/catch.hpp"

using occy::match::Glob;

namespace {

bool matches(std::string_view pattern, std::string_view path) { return Glob::parse(pattern).value().matches(path); }
bool takes(std::string_view pattern, std::string_view path) {
  return Glob::parse(pattern).value().matches_with_parents(path);
}
bool clears(std::string_view pattern, std::string_view directory) {
  return Glob::parse(pattern).value().matches_all_below(directory);
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("glob: a pattern without signs is the path itself", "[match]") {
  CHECK(matches("etc/passwd", "etc/passwd"));
  CHECK_FALSE(matches("etc/passwd", "etc/passwd-"));
  CHECK_FALSE(matches("etc/passwd", "x/etc/passwd"));
  CHECK_FALSE(matches("etc", "etc/passwd"));
  CHECK_FALSE(matches("etc/passwd", "etc"));
}

TEST_CASE("glob: a leading slash or ./ and a trailing slash of the pattern say nothing", "[match]") {
  CHECK(matches("/etc/passwd", "etc/passwd"));
  CHECK(matches("./etc", "etc"));
  CHECK(matches("etc/", "etc"));
  CHECK(matches("//.//etc//", "etc"));
}

TEST_CASE("glob: a star stays within a component", "[match]") {
  CHECK(matches("*", "etc"));
  CHECK_FALSE(matches("*", "etc/passwd"));
  CHECK(matches("etc/*", "etc/passwd"));
  CHECK(matches("*/*", "etc/passwd"));
  CHECK_FALSE(matches("etc/*", "etc/ssl/certs"));
  CHECK_FALSE(matches("etc/*", "etc"));
  CHECK(matches("*.py", "a.py"));
  CHECK(matches("*.py", ".py"));
  CHECK_FALSE(matches("*.py", "a.pyc"));
  CHECK(matches("a*b*c", "a1b2b3c"));
  CHECK(matches("lib*.so.*", "libc.so.6"));
}

TEST_CASE("glob: two stars cross components, also at the top and to the end", "[match]") {
  CHECK(matches("**", "a/b/c"));
  CHECK(matches("**/c", "c"));
  CHECK(matches("**/c", "a/b/c"));
  CHECK_FALSE(matches("**/c", "a/bc"));
  CHECK(matches("**/.git/**", ".git/x"));
  CHECK(matches("**/.git/**", "a/b/.git/x/y"));
  CHECK_FALSE(matches("**/.git/**", ".git"));
  CHECK_FALSE(matches("**/.git/**", "a.git/x"));
  CHECK(matches("a/**/z", "a/z"));
  CHECK(matches("a/**/z", "a/b/c/z"));
  CHECK_FALSE(matches("a/**/z", "a/bz"));
  CHECK_FALSE(matches("a/**/z", "az"));
  CHECK(matches("a/**", "a/b/c"));
  CHECK_FALSE(matches("a/**", "a"));
  CHECK(matches("a**z", "a/b/z"));
  CHECK(matches("**/**/x", "x"));
  CHECK(matches("**/*.py", "a.py"));
  CHECK(matches("***/x", "a/x"));
  CHECK(matches("a/**/b/**/c", "a/1/b/b/2/c"));
}

TEST_CASE("glob: a question mark is one character, of UTF-8 too, or one byte that is part of none", "[match]") {
  CHECK(matches("?", "a"));
  CHECK(matches("?", "é"));
  CHECK(matches("?", "\U0001F600"));
  CHECK(matches("?", "\xff"));
  CHECK_FALSE(matches("??", "é"));
  CHECK(matches("??", "\xc3("));
  CHECK_FALSE(matches("a?b", "a/b"));
  CHECK_FALSE(matches("?", ""));
}

TEST_CASE("glob: a bracket is one of several characters, and never a slash", "[match]") {
  CHECK(matches("[a-cx]", "b"));
  CHECK(matches("[a-cx]", "x"));
  CHECK_FALSE(matches("[a-cx]", "d"));
  CHECK(matches("[!a-c]", "d"));
  CHECK(matches("[^a-c]", "d"));
  CHECK_FALSE(matches("[!a-c]", "b"));
  CHECK_FALSE(matches("a[!x]b", "a/b"));
  CHECK_FALSE(matches("a[+-9]b", "a/b"));
  CHECK(matches("[]]", "]"));
  CHECK(matches("[]a]", "a"));
  CHECK(matches("[a-]", "-"));
  CHECK(matches("[\\]x]", "]"));
  CHECK(matches("[à-ü]", "é"));
  CHECK(matches("[\xff]", "\xff"));
}

TEST_CASE("glob: a backslash makes a sign an ordinary character", "[match]") {
  CHECK(matches("\\*", "*"));
  CHECK_FALSE(matches("\\*", "a"));
  CHECK(matches("a\\[b", "a[b"));
  CHECK(matches("\\\\", "\\"));
}

TEST_CASE("glob: literal bytes that are not UTF-8 match themselves", "[match]") {
  CHECK(matches("caf\xe9", "caf\xe9"));
  CHECK(matches("*\xe9", "caf\xe9"));
  CHECK_FALSE(matches("caf\xe9", "café"));
}

TEST_CASE("glob: what cannot be a pattern is refused with its place", "[match]") {
  const auto refusal = [](std::string_view pattern) { return Glob::parse(pattern).error(); };

  CHECK(refusal("").message == "glob: expected a pattern, found nothing");
  CHECK(refusal("/").message == "glob: expected a pattern, found nothing");
  CHECK(refusal("ab[c").message == "glob: expected ] after [, found the end");
  CHECK(refusal("ab[c").position == 2);
  CHECK(refusal("[]").message == "glob: expected ] after [, found the end");
  CHECK(refusal("x[z-a]").message == "glob: expected a range that runs forward");
  CHECK(refusal("x[z-a]").position == 2);
  CHECK(refusal("[[:alpha:]]").message == "glob: classes with a name, such as [:alpha:], are not known");
  CHECK(refusal("abc\\").message == "glob: expected a character after \\, found the end");
  CHECK(refusal("abc\\").position == 3);
  CHECK(refusal(std::string(1001, 'a')).message == "glob: expected at most 1000 characters, found more");
  CHECK(Glob::parse(std::string(1000, 'a')).value().matches(std::string(1000, 'a')));
}

TEST_CASE("glob: a directory that matches takes what lies in it", "[match]") {
  CHECK(takes("var/cache", "var/cache"));
  CHECK(takes("var/cache", "var/cache/apt/x"));
  CHECK_FALSE(takes("var/cache", "var/cached"));
  CHECK(takes("**/.git", "src/.git/config"));
  CHECK(takes("*", "a/b/c"));
  CHECK(takes("*.d", "conf.d/x"));
  CHECK_FALSE(takes("*.d", "conf/x.d"));
  CHECK(takes("a/**", "a/b"));
  CHECK_FALSE(takes("a/**", "a"));
}

TEST_CASE("glob: everything below a directory matches when the directory does, or all of its children", "[match]") {
  CHECK(clears("var/cache", "var/cache"));
  CHECK(clears("var/cache", "var/cache/apt"));
  CHECK(clears("var/cache/*", "var/cache"));
  CHECK(clears("var/cache/**", "var/cache"));
  CHECK(clears("**", "any"));
  CHECK(clears("*", ""));
  CHECK(clears("**/tmp/*", "var/tmp"));
  CHECK_FALSE(clears("var/cache/*.deb", "var/cache"));
  CHECK_FALSE(clears("var/cache/a*", "var/cache"));
  CHECK_FALSE(clears("var/cache/*/x", "var/cache"));
  CHECK_FALSE(clears("var/cache/*", "var"));
}

TEST_CASE("glob: patterns that others need exponential time for take linear time", "[match]") {
  const std::string name(20'000, 'a');

  CHECK_FALSE(matches(repeated("a*", 30) + "b", name));
  CHECK_FALSE(matches(repeated("**a", 30) + "b", name));
  CHECK_FALSE(matches(repeated("**/", 30) + "b", repeated("a/", 10'000) + "a"));
  CHECK(matches(repeated("*", 1) + repeated("a*", 99), name));
}
