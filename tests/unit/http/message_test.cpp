#include "http/message.hpp"

#include "http/request_head.hpp"
#include "support/catch.hpp"

using namespace occy::http;
using namespace std::string_literals;

TEST_CASE("response: a field is found without regard to case", "[http]") {
  const Response response{200, {{"Api-Version", "1.51"}, {"api-version", "2"}}};

  CHECK(response.field("API-VERSION") == "1.51");
  CHECK(response.field("Api-Versio").empty());
}

TEST_CASE("message: text in a path keeps slashes and colons, text in a query nothing", "[http]") {
  CHECK(encode_path("registry.example:5000/a_b/c~d:1-x") == "registry.example:5000/a_b/c~d:1-x");
  CHECK(encode_path("a b?c#d%e@f") == "a%20b%3Fc%23d%25e%40f");
  CHECK(encode_path("\xC3\xA9\r\n") == "%C3%A9%0D%0A");
  CHECK(encode_query("a/b:1&x=+") == "a%2Fb%3A1%26x%3D%2B");
}

TEST_CASE("request head: line, fields and framing", "[http]") {
  CHECK(write_request_head({"GET", "/_ping"}, {}).value() ==
        "GET /_ping HTTP/1.1\r\nHost: localhost\r\nUser-Agent: occy/" OCCY_VERSION "\r\nConnection: close\r\n\r\n");
  CHECK(write_request_head({"POST", "/x?q=1", {{"Host", "h"}, {"Content-Type", "application/x-tar"}}},
                           {Framing::Body::chunked})
            .value() == "POST /x?q=1 HTTP/1.1\r\nUser-Agent: occy/" OCCY_VERSION
                        "\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nHost: h\r\n"
                        "Content-Type: application/x-tar\r\n\r\n");
}

TEST_CASE("request head: what would split a line is refused", "[http]") {
  const auto refused = [](const Request& request) { return write_request_head(request, {}).has_error(); };

  CHECK(refused({"GET", "/a b"}));
  CHECK(refused({"GET", "/a\r\nX: y"}));
  CHECK(refused({"GET", "/a\x7f"}));
  CHECK(refused({"GET", "/\xC3\xA9"}));
  CHECK(refused({"GET", "a"}));
  CHECK(refused({"GET", ""}));
  CHECK(refused({"GE T", "/"}));
  CHECK(refused({"", "/"}));
  CHECK(refused({"GET", "/", {{"X", "a\r\nY: b"}}}));
  CHECK(refused({"GET", "/", {{"X", "a\nb"}}}));
  CHECK(refused({"GET", "/", {{"X", "a\0b"s}}}));
  CHECK(refused({"GET", "/", {{"X: y", "a"}}}));
  CHECK(refused({"GET", "/", {{"", "a"}}}));
}
