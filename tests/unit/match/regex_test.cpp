#include "match/regex.hpp"

#include <string>

#include "support/catch.hpp"

using occy::match::Regex;

namespace {

bool found(std::string_view pattern, std::string_view text) { return Regex::parse(pattern).value().found_in(text); }

}  // namespace

TEST_CASE("regex: it matches somewhere in the text, unless it is anchored", "[match]") {
  CHECK(found("py", "a/b.pyc"));
  CHECK_FALSE(found("py$", "a/b.pyc"));
  CHECK(found("^a/.*\\.pyc$", "a/b.pyc"));
  CHECK(found("(?i)README", "readme.md"));
  CHECK(found("", ""));
}

TEST_CASE("regex: a character is one of UTF-8; other bytes stand in nobody's way", "[match]") {
  CHECK(found("^.$", "é"));
  CHECK_FALSE(found("^.$", "\xff"));
  CHECK(found("^\\C$", "\xff"));
  CHECK(found("b$", "\xff\xfe b"));
  CHECK(found("a.c", std::string_view("a\0c", 3)));
}

TEST_CASE("regex: what cannot be had in linear time, or is broken, is refused with its place", "[match]") {
  const auto refusal = [](std::string_view pattern) { return Regex::parse(pattern).error(); };

  CHECK(refusal("a(b").message.find("regular expression: missing )") == 0);
  CHECK(refusal("ab\\1").position == 2);
  CHECK(refusal("ab\\1").message == "regular expression: invalid escape sequence: \\1");
  CHECK(refusal("(?=a)").message.find("invalid perl operator") != std::string::npos);
  CHECK(Regex::parse("\xff").has_error());
  CHECK(Regex::parse("((a{1000}){1000}){1000}").has_error());
}

TEST_CASE("regex: patterns that hang backtracking engines do not hang this one", "[match]") {
  const std::string text(100'000, 'a');

  CHECK_FALSE(found("(a+)+$b", text));
  CHECK_FALSE(found("(a|aa)+b", text));
}
