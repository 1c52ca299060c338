#include "uri/filter_spec.hpp"

#include "support/catch.hpp"

using occy::uri::FilterSpec;
using Options = std::vector<std::pair<std::string, std::string>>;

namespace {

Options options(std::string_view text) { return FilterSpec::parse(text).value().options; }

std::string spec_refusal(std::string_view text) {
  const auto error = FilterSpec::parse(text).error();
  return error.message + " at " + std::to_string(error.position);
}

}  // namespace

TEST_CASE("filter spec: a name, and options after a colon", "[uri]") {
  CHECK(FilterSpec::parse("normalize-timestamps").value().name == "normalize-timestamps");
  CHECK(options("normalize-timestamps").empty());
  CHECK(options("n:ts=0,mode=clamp") == Options{{"ts", "0"}, {"mode", "clamp"}});
  CHECK(options("n:keep-base=tar://a:b?image=c") == Options{{"keep-base", "tar://a:b?image=c"}});
}

TEST_CASE("filter spec: what follows a comma and is no option is one more value", "[uri]") {
  CHECK(options("exclude:pattern=a,b/*,pattern=c") == Options{{"pattern", "a"}, {"pattern", "b/*"}, {"pattern", "c"}});
  CHECK(options("exclude:pattern=a,/x=y") == Options{{"pattern", "a"}, {"pattern", "/x=y"}});
  CHECK(options("exclude:pattern=") == Options{{"pattern", ""}});
  CHECK(options("exclude:pattern=a,") == Options{{"pattern", "a"}, {"pattern", ""}});
}

TEST_CASE("filter spec: between quotes everything stands for itself", "[uri]") {
  CHECK(options("search:pattern='a{1,2}=\"\\',regex=true") == Options{{"pattern", "a{1,2}=\"\\"}, {"regex", "true"}});
  CHECK(options("search:pattern=\"it's\"") == Options{{"pattern", "it's"}});
  CHECK(options("exclude:pattern='a','b=c'") == Options{{"pattern", "a"}, {"pattern", "b=c"}});
  CHECK(options("exclude:pattern=a'b") == Options{{"pattern", "a'b"}});
  CHECK(options("exclude:pattern=''") == Options{{"pattern", ""}});
}

TEST_CASE("filter spec: what does not parse is refused with its place", "[uri]") {
  CHECK(spec_refusal("") == "expected NAME[:KEY=VALUE…] at 0");
  CHECK(spec_refusal(":x=y") == "expected NAME[:KEY=VALUE…] at 0");
  CHECK(spec_refusal("exclude:") == "expected KEY=VALUE at 8");
  CHECK(spec_refusal("exclude:*.pyc") == "expected KEY=VALUE at 8");
  CHECK(spec_refusal("exclude:=a") == "expected KEY=VALUE at 8");
  CHECK(spec_refusal("exclude:pattern='a") == "expected a closing ' at 17");
  CHECK(spec_refusal("exclude:pattern='a'b") == "expected a comma after a value in quotes at 19");
  CHECK(spec_refusal(std::string_view("a\0b", 3)) == "NUL in a filter at 1");
}
