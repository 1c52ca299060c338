#include "registry/token.hpp"

#include "support/catch.hpp"

using namespace occy;
using namespace std::chrono_literals;
using registry::parse_token;
using registry::Token;

namespace {

// 2026-01-02T03:04:05Z
const std::chrono::system_clock::time_point kNow{std::chrono::seconds{1767323045}};

Token token(std::string_view body) { return parse_token(body, kNow, {}).value(); }

std::string token_fault(std::string_view body) { return parse_token(body, kNow, {}).error().message; }

}  // namespace

TEST_CASE("token: both names of the member, the first with a text counts", "[registry]") {
  CHECK(token(R"({"token":"a.b-c_d"})").value == "a.b-c_d");
  CHECK(token(R"({"access_token":"x"})").value == "x");
  CHECK(token(R"({"access_token":"x","token":"y"})").value == "y");
  CHECK(token(R"({"access_token":"x","token":""})").value == "x");
  CHECK(token(R"({"access_token":"x","token":null})").value == "x");
}

TEST_CASE("token: a lifetime is a second to a day, and 60 s when none is told", "[registry]") {
  const auto [told, lifetime] =
      GENERATE(table<std::string, std::chrono::seconds>({{R"("x":1)", 60s},
                                                         {R"("expires_in":null)", 60s},
                                                         {R"("expires_in":300)", 300s},
                                                         {R"("expires_in":0)", 1s},
                                                         {R"("expires_in":-5)", 1s},
                                                         {R"("expires_in":7.9)", 7s},
                                                         {R"("expires_in":1e300)", 24h},
                                                         {R"("expires_in":18446744073709551615)", 24h}}));
  INFO(told);
  CHECK(token(R"({"token":"t",)" + told + "}").lifetime == lifetime);
}

TEST_CASE("token: what has passed since it was issued is taken off, when the clocks agree", "[registry]") {
  const auto [issued, lifetime] = GENERATE(table<std::string, std::chrono::seconds>({{"2026-01-02T03:03:45.5Z", 80s},
                                                                                     {"2026-01-02T03:04:05Z", 100s},
                                                                                     {"2026-01-02T04:04:05Z", 100s},
                                                                                     {"2026-01-01T03:04:05Z", 100s},
                                                                                     {"yesterday", 100s}}));
  INFO(issued);
  CHECK(token(R"({"token":"t","expires_in":100,"issued_at":")" + issued + "\"}").lifetime == lifetime);
}

TEST_CASE("token: what is none is refused", "[registry]") {
  CHECK(token_fault("<html>") == "not JSON (syntax error)");
  CHECK(token_fault("[]") == "expected an object, found an array");
  CHECK(token_fault("{}") == "expected a member \"token\" or \"access_token\"");
  CHECK(token_fault(R"({"token":5})") == "the answer: token: expected a string, found a number");
  CHECK(token_fault(R"({"token":"a\r\nX-Evil: 1"})") == "the token does not fit into a header field");
  CHECK(token_fault(R"({"token":"a b"})") == "the token does not fit into a header field");
  CHECK(token_fault(R"({"token":")" + std::string(65537, 'x') + "\"}") == "the token does not fit into a header field");
  CHECK(token_fault(R"({"token":"t","expires_in":"300"})") == "expires_in: expected a number, found a string");
}
