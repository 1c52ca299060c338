#include "registry/paging.hpp"

#include "support/catch.hpp"

using namespace occy;
using namespace occy::registry;

TEST_CASE("paging: the next page is the link that says so", "[registry]") {
  CHECK(next_link(R"(</v2/a/tags/list?last=9&n=9>; rel="next")") == "/v2/a/tags/list?last=9&n=9");
  CHECK(next_link(R"(<https://r/x>;rel=next)") == "https://r/x");
  CHECK(next_link(R"(<a>; rel="prev", <b,c>; title="x, <y>"; REL = "Next")") == "b,c");
  for (const char* text : {"", "a", "<a>", R"(<a>; rel="prev")", "<a", R"(<a>; title="rel=next")"}) {
    INFO(text);
    CHECK(next_link(text).empty());
  }
}

TEST_CASE("paging: tags are a list of texts, or none", "[registry]") {
  CHECK(parse_tags(R"({"name":"a","tags":["1","2"]})", {}).value() == std::vector<std::string>{"1", "2"});
  CHECK(parse_tags(R"({"name":"a","tags":null})", {}).value().empty());
  for (const char* text : {"", "[]", R"({"tags":"1"})", R"({"tags":[1]})", "<html>"}) {
    INFO(text);
    CHECK(parse_tags(text, {}).has_error());
  }
}
