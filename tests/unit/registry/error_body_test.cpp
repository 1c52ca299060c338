#include "registry/error_body.hpp"

#include "support/catch.hpp"

using namespace occy;
using namespace occy::registry;

TEST_CASE("error body: codes, and the registry's own words", "[registry]") {
  const ErrorBody body =
      parse_error_body(R"({"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"Tag":"12"}},)"
                       R"({"code":"DENIED","message":"no entry","detail":"ask for it"}]})",
                       {}, {});

  CHECK(body.has("MANIFEST_UNKNOWN"));
  CHECK(body.has("DENIED"));
  CHECK_FALSE(body.has("manifest unknown"));
  CHECK(body.words == "manifest unknown; no entry: ask for it");
}

TEST_CASE("error body: what does not follow the specification is shown as far as it says something", "[registry]") {
  CHECK(parse_error_body(R"({"message":"out of order"})", {}, {}).words == "out of order");
  CHECK(parse_error_body(R"({"error":"invalid_token"})", {}, {}).words == "invalid_token");
  CHECK(parse_error_body(R"({"errors":"none"})", {}, {}).words.empty());
  CHECK(parse_error_body(R"({"errors":[7,{"code":"X"}]})", {}, {}).words == "X");
  CHECK(parse_error_body("404 page not found\n", {}, {}).words == "404 page not found");
  CHECK(parse_error_body("", {}, {}).words.empty());
}

TEST_CASE("error body: a page for people is called one", "[registry]") {
  CHECK(parse_error_body("\r\n <!DOCTYPE html><html><body>Please log in", {}, {}).words == "an HTML page");
}

TEST_CASE("error body: words are one line, and short", "[registry]") {
  CHECK(parse_error_body("a\r\n\tb\x1b[31mc\n", {}, {}).words == "a b [31mc");
  CHECK(parse_error_body(std::string(100'000, 'x'), {}, {}).words.size() == 400);

  std::string wide;
  for (int i = 0; i < 300; ++i) wide += "ä";
  const std::string words = parse_error_body(wide, {}, {}).words;
  CHECK(words.size() == 400);
  CHECK(words == wide.substr(0, 400));
  CHECK(parse_error_body(std::string(100'000, '\x83'), {}, {}).words.size() == 403);
}

TEST_CASE("error body: what repeats a part of a secret is not shown", "[registry]") {
  const Secrets secrets = Secrets::in_authorization("Bearer abcdefghijkl/mno");
  for (const char* body : {R"({"message":"bad token abcdefghij)", "bad token ghijkl/mn", R"(bad abcdefghijkl\/mno)",
                           R"({"errors":[{"message":{"token":"cdefghijkl"}}]})"})
    CHECK(parse_error_body(body, secrets, {}).words == "words that repeat a secret");
  CHECK(parse_error_body("bad token abcdefg", secrets, {}).words == "bad token abcdefg");
}

TEST_CASE("error body: a secret is covered before the words are cut and made one line", "[registry]") {
  const Secrets secrets = Secrets::of(Login{.username = "u", .password = "two  words"});
  const std::string filler(393, 'x');
  const std::string raw = GENERATE_COPY(filler + " two  words", R"({"message":")" + filler + " two  words\"}",
                                        R"({"errors":[{"message":")" + filler + " two  words\"}]}");
  CHECK(parse_error_body(raw, secrets, {}).words == filler + " ***");
}
