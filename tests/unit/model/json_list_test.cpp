#include "model/json_list.hpp"

#include "support/catch.hpp"

using occy::json::find_list;
using occy::json::ListPlace;
using Elements = std::vector<std::string_view>;

TEST_CASE("json list: elements are views of the text, byte for byte", "[model]") {
  const std::string_view text =
      R"( { "a" : 1 , "list" : [ {"n": 1e2, "s":"]}\",["} , [ 2,3 ] ,"x",-1 , null ] , "b":[] } )";

  const ListPlace place = find_list(text, "list");

  CHECK(place.elements == Elements{R"({"n": 1e2, "s":"]}\",["})", "[ 2,3 ]", "\"x\"", "-1", "null"});
  CHECK(text.substr(place.begin - 1, 1) == "[");
  CHECK(text.substr(place.end, 1) == "]");
}

TEST_CASE("json list: only a member of the document itself counts", "[model]") {
  CHECK(find_list(R"({"o":{"list":[1]},"t":"\"list\":[2]","list":[3]})", "list").elements == Elements{"3"});
  CHECK(find_list(R"({"o":{"list":[1]}})", "list").elements.empty());
}

TEST_CASE("json list: a key may be written with escapes", "[model]") {
  CHECK(find_list(R"({"l\u0069st":[true]})", "list").elements == Elements{"true"});
}

TEST_CASE("json list: an empty list has its place", "[model]") {
  const ListPlace place = find_list(R"({"list":[]})", "list");

  CHECK(place.elements.empty());
  CHECK(place.begin == 9);
  CHECK(place.end == 9);
}
