#include "model/json.hpp"

#include "support/catch.hpp"

using occy::Limits;
namespace json = occy::json;

namespace {

std::string json_refusal(std::string_view text, const Limits& limits = {}) {
  const auto parsed = json::parse(text, limits);
  return parsed ? "(accepted)" : parsed.error().message;
}

boost::json::value parsed(std::string_view text) { return json::parse(text, Limits{}).value(); }

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

}  // namespace

TEST_CASE("json: every kind of value is read", "[model]") {
  const boost::json::value value =
      parsed(R"( {"s":"a\u00e9\n","n":-1,"u":18446744073709551615,"d":1.5,"b":[true,false],"z":null,"o":{}} )");

  CHECK(value.at("s").as_string() == "a\xc3\xa9\n");
  CHECK(value.at("n").as_int64() == -1);
  CHECK(value.at("u").as_uint64() == 18446744073709551615U);
  CHECK(value.at("d").as_double() == 1.5);
  CHECK(value.at("b").as_array().size() == 2);
  CHECK(value.at("z").is_null());
  CHECK(value.at("o").as_object().empty());
}

TEST_CASE("json: long strings and keys come whole", "[model]") {
  const std::string text(100'000, 'x');

  CHECK(parsed("{\"" + text + "\":\"" + text + "\"}").at(text).as_string() == text);
}

TEST_CASE("json: a key that comes twice is refused, also deep inside and when escaped", "[model]") {
  CHECK(json_refusal(R"({"a":1,"b":2,"a":3})") == "the key \"a\" comes twice in one object");
  CHECK(json_refusal(R"([{"x":{"k":1,"\u006b":2}}])") == "the key \"k\" comes twice in one object");
  CHECK(json_refusal(R"({"a":{"a":1},"b":[{"a":1},{"a":2}]})") == "(accepted)");
}

TEST_CASE("json: text after the value is refused, white space is not", "[model]") {
  CHECK(json_refusal("{} {}") == "text after the value");
  CHECK(json::parse("{} x", Limits{}).error().position == 3);
  CHECK(json_refusal("{}\n\t ") == "(accepted)");
  CHECK(json_refusal(std::string_view("{}\0", 3)) == "text after the value");
}

TEST_CASE("json: bytes that are not UTF-8 are refused", "[model]") {
  CHECK(json_refusal("\"a\xff\"") == "not UTF-8");
  CHECK(json_refusal("\"\xed\xa0\x80\"") != "(accepted)");
  CHECK(json_refusal("\"\xc0\xaf\"") != "(accepted)");
  CHECK(json_refusal("{\"\xff\":1}") == "not UTF-8");
}

TEST_CASE("json: a text that ends too early is refused", "[model]") {
  for (const char* text : {"", " ", "{", "[1,", "\"a", "{\"a\":", "tru", "-"})
    CHECK(json_refusal(text) == "the text ends before the value does");
}

TEST_CASE("json: what other dialects allow is refused", "[model]") {
  for (const char* text : {"{'a':1}", "[1,]", "// c\n1", "/**/1", "NaN", "01", "+1", "{a:1}", "\"\t\"", "\"\\ud800\""})
    CHECK(json_refusal(text) != "(accepted)");
}

TEST_CASE("json: the cap on nesting is exact", "[model]") {
  Limits limits;
  limits.json_depth = 5;

  CHECK(json_refusal(nested(5), limits) == "(accepted)");
  CHECK(json_refusal(nested(6), limits) == "nested deeper than 5 levels");
  CHECK(json_refusal(std::string(1'000'000, '[')) == "nested deeper than 64 levels");
}

TEST_CASE("json: the cap on size is exact", "[model]") {
  Limits limits;
  limits.document_bytes = 4;

  CHECK(json_refusal("\"12\"", limits) == "(accepted)");
  CHECK(json_refusal("\"123\"", limits) == "larger than 4 bytes");
}

TEST_CASE("json: a syntax error tells where it is", "[model]") {
  CHECK(json::parse(R"({"a": x})", Limits{}).error().position == 6);
}

TEST_CASE("json: members are found, null and absent are the same", "[model]") {
  const boost::json::value value = parsed(R"({"a":1,"n":null})");

  REQUIRE(json::member(value, "a") != nullptr);
  CHECK(json::member(value, "n") == nullptr);
  CHECK(json::member(value, "x") == nullptr);
  CHECK(json::member(parsed("[1]"), "a") == nullptr);
}

TEST_CASE("json: string members", "[model]") {
  const boost::json::value value = parsed(R"({"s":"text","n":1,"z":null})");

  CHECK(json::string_member(value, "s", "config").value() == "text");
  CHECK(json::string_member(value, "n", "config").error().message == "config: n: expected a string, found a number");
  CHECK(json::string_member(value, "x", "config").error().message == "config: x: expected a string, found nothing");
  CHECK(json::optional_string_member(value, "x", "config").value().empty());
  CHECK(json::optional_string_member(value, "z", "config").value().empty());
  CHECK_FALSE(json::optional_string_member(value, "n", "config").has_value());
}

TEST_CASE("json: lists of strings", "[model]") {
  const boost::json::value value = parsed(R"({"l":["a","b"],"e":[],"m":["a",1],"o":{}})");

  CHECK(json::string_list_member(value, "l", "w").value() == std::vector<std::string>{"a", "b"});
  CHECK(json::string_list_member(value, "e", "w").value().empty());
  CHECK(json::string_list_member(value, "x", "w").value().empty());
  CHECK(json::string_list_member(value, "m", "w").error().message == "w: m[1]: expected a string, found a number");
  CHECK(json::string_list_member(value, "o", "w").error().message ==
        "w: o: expected an array of strings, found an object");
}
