#include "occy/uri.hpp"

#include <string>

#include "support/catch.hpp"

namespace occy {

TEST_CASE("uri: scheme, rest and options are split, values are decoded", "[uri]") {
  const Uri uri = Uri::parse("tar:///srv/my image.tar?image=a%2Fb:1&name=x%20y%3D%26").value();

  CHECK(uri.scheme == "tar");
  CHECK(uri.rest == "/srv/my image.tar");
  CHECK(uri.options == std::vector<std::pair<std::string, std::string>>{{"image", "a/b:1"}, {"name", "x y=&"}});
}

TEST_CASE("uri: a value that looks like a number stays text, and may be empty", "[uri]") {
  const Uri uri = Uri::parse("tar://a?image=007&name=").value();

  CHECK(uri.options == std::vector<std::pair<std::string, std::string>>{{"image", "007"}, {"name", ""}});
}

TEST_CASE("uri: what does not parse is refused where it goes wrong", "[uri]") {
  const auto [text, position, words] = GENERATE(table<std::string, std::size_t, std::string>({
      {"image.tar", 0, "SCHEME://"},
      {"", 0, "SCHEME://"},
      {"://x", 0, "SCHEME://"},
      {"tar://a?", 8, "key=value"},
      {"tar://a?image", 8, "key=value"},
      {"tar://a?=x", 8, "key=value"},
      {"tar://a?x=1&", 12, "key=value"},
      {"tar://a?x=1&x=2", 12, "twice"},
      {"tar://a?x=%", 10, "percent"},
      {"tar://a?x=%2", 10, "percent"},
      {"tar://a?x=b%zz", 11, "percent"},
      {"tar://a?x=%00", 10, "NUL"},
      {std::string("tar://a\0b", 9), 7, "NUL"},
  }));

  const auto uri = Uri::parse(text);

  REQUIRE_FALSE(uri.has_value());
  CHECK(uri.error().position == position);
  CHECK(uri.error().message.find(words) != std::string::npos);
}

}  // namespace occy
