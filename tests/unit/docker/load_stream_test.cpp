#include "docker/load_stream.hpp"

#include <algorithm>

#include "support/catch.hpp"

using namespace occy;
using namespace occy::docker;

namespace {

Block bytes_of(std::string_view text) { return std::as_bytes(std::span{text}); }

LoadVerdict judge(std::string_view body, const std::string& expected = "occy/test:1", unsigned status = 200,
                  const Limits& limits = {}) {
  LoadStream stream{status, expected.empty() ? Reference{} : Reference::parse(expected).value(), limits};
  stream.feed(bytes_of(body));
  return stream.finish();
}

const std::string kLoadedId = "sha256:dcaae0c6b05b62484fe09430174935a076c15e968793c274b94ff385554da1d9";

}  // namespace

TEST_CASE("load stream: values stand one after the other, with or without space between", "[docker]") {
  const std::string status = R"({"status":"Loading layer","progressDetail":{"current":1,"total":2},"id":"}]{\"\\"})";
  const std::string loaded = R"({"stream":"Loaded image: occy/test:1\n"})";

  CHECK(judge(status + loaded).loaded);
  CHECK(judge(status + "\r\n" + loaded + "\r\n").loaded);
  CHECK(judge("\n \t" + loaded).loaded);
  CHECK(judge(loaded + status).names == std::vector<std::string>{"occy/test:1"});
}

TEST_CASE("load stream: an error counts whatever else was said", "[docker]") {
  const std::string loaded = "{\"stream\":\"Loaded image: occy/test:1\\n\"}\r\n";

  CHECK(judge(loaded + R"({"errorDetail":{"message":"bad"},"error":"bad"})").reason == "bad");
  CHECK(judge(loaded + R"({"errorDetail":{"message":"bad\nworse"}})").reason == "bad worse");
  CHECK(judge(R"({"error":"bad"})" + loaded).reason == "bad");
  CHECK(judge(R"({"error":"first"}{"error":"second"})").reason == "first");
  CHECK(judge(loaded + R"({"error":""})").reason == "the engine reports an error and does not say which");
  CHECK(judge(loaded + R"({"errorDetail":{}})").reason == "the engine reports an error and does not say which");
  CHECK(judge(loaded + R"({"error":{"code":1}})").reason == "the engine reports an error and does not say which");
  CHECK(judge(loaded + R"({"error":null})").loaded);
}

TEST_CASE("load stream: a failed unpack after the loaded image counts", "[docker]") {
  const LoadVerdict verdict =
      judge(R"({"stream":"Loaded image: occy/test:1\nError unpacking image occy/test:1: wrong diff id\n"})");

  CHECK_FALSE(verdict.loaded);
  CHECK(verdict.reason == "Error unpacking image occy/test:1: wrong diff id");
}

TEST_CASE("load stream: an answer that loaded nothing is a failure", "[docker]") {
  CHECK(judge("{}").reason == "the engine loaded no image");
  CHECK(judge("").reason == "the engine loaded no image");
  CHECK(judge(R"({"stream":5})").reason == "the engine loaded no image");
  CHECK(judge(R"({"stream":" Loaded image: occy/test:1"})").reason == "the engine loaded no image");
}

TEST_CASE("load stream: names are compared as an engine understands them", "[docker]") {
  const auto loads = [](const std::string& named, const std::string& expected) {
    return judge(R"({"stream":"Loaded image: )" + named + R"("})", expected).loaded;
  };

  CHECK(loads("occy/test:1", "docker.io/occy/test:1"));
  CHECK(loads("docker.io/library/occy:1", "occy:1"));
  CHECK(loads("occy/test:latest", "occy/test"));
  CHECK(loads("localhost/occy/test:1", "occy/test:1"));
  CHECK(loads("localhost/occy:1", "occy:1"));
  CHECK(loads("localhost/occy/a:1,localhost/occy/test:1", "occy/test:1"));
  CHECK_FALSE(loads("localhost/occy/test:1", "docker.io/occy/test:1"));
  CHECK_FALSE(loads("localhost/occy/test:2", "occy/test:1"));
  CHECK_FALSE(loads("occy/test:1", "localhost/occy/test:1"));
  CHECK_FALSE(loads("registry.example/occy/test:1", "occy/test:1"));
  CHECK_FALSE(loads("Not/A/Name", "occy/test:1"));
}

TEST_CASE("load stream: another image than the one that was sent is named", "[docker]") {
  CHECK(judge(R"({"stream":"Loaded image: occy/a:1\nLoaded image: occy/b:1\n"})").reason ==
        "the engine loaded occy/a:1, occy/b:1 instead of occy/test:1");
  CHECK(judge(R"({"stream":"Loaded image ID: )" + kLoadedId + R"(\n"})").reason ==
        "the engine loaded " + kLoadedId + " instead of occy/test:1");
}

TEST_CASE("load stream: an image without a name needs an id", "[docker]") {
  CHECK(judge(R"({"stream":"Loaded image ID: )" + kLoadedId + R"(\n"})", "").ids ==
        std::vector<std::string>{kLoadedId});
  CHECK(judge(R"({"stream":"Loaded image ID: )" + kLoadedId + R"(\n"})", "").loaded);
  CHECK(judge(R"({"stream":"Loaded image: )" + kLoadedId + R"("})", "").loaded);
  CHECK_FALSE(judge(R"({"stream":"Loaded image: occy/test:1"})", "").loaded);
}

TEST_CASE("load stream: what is not JSON is a failure in its own words", "[docker]") {
  CHECK(judge("unexpected EOF\n").reason == "the engine's answer is not JSON: unexpected EOF");
  CHECK(judge("[1]").reason == "the engine's answer is not JSON: [1]");
  CHECK(judge("{\"stream\": nonsense}").reason == "the engine's answer is not JSON: {\"stream\": nonsense}");
  CHECK(judge("{]").reason.starts_with("the engine's answer"));
  CHECK(judge("{\"a\":\"\xFF\"}").reason.starts_with("the engine's answer is not JSON"));
  CHECK(judge(R"({"error":"bad","error":null})").reason.starts_with("the engine's answer is not JSON"));
  CHECK(judge(R"({"stream":"Loaded image: occy/test:1"}junk)").reason == "the engine's answer is not JSON: junk");
}

TEST_CASE("load stream: an answer that ends inside a value is a failure", "[docker]") {
  CHECK(judge(R"({"stream":"Loaded image: occy/test:1"}{"stre)").reason ==
        "the engine's answer ends inside a JSON value");
}

TEST_CASE("load stream: a line above the cap is a failure and is not held", "[docker]") {
  LoadStream stream{200, Reference::parse("occy/test:1").value(), {}};
  const std::string piece(1'000'000, 'x');

  stream.feed(bytes_of(R"({"stream":")"));
  for (int i = 0; i < 100; ++i) stream.feed(bytes_of(piece));
  stream.feed(bytes_of(R"("}{"stream":"Loaded image: occy/test:1"})"));

  CHECK(stream.finish().reason == "the engine's answer holds a value above 1048576 bytes");
}

TEST_CASE("load stream: endless text is not held", "[docker]") {
  Limits limits;
  limits.daemon_line_bytes = 10;

  CHECK(judge(std::string(100, 'x'), "occy/test:1", 200, limits).reason ==
        "the engine's answer is not JSON: xxxxxxxxxx");
}

TEST_CASE("load stream: a status other than 200 is a failure with the body's message", "[docker]") {
  CHECK(judge(R"({"message":"too new"})", "occy/test:1", 400).reason == "too new");
  CHECK(judge("client version 1.10 is too old", "occy/test:1", 400).reason == "client version 1.10 is too old");
  CHECK(judge("", "occy/test:1", 503).reason == "the engine answered with status 503");
  CHECK(judge(R"({"stream":"Loaded image: occy/test:1"})", "occy/test:1", 500).reason ==
        "the engine answered with status 500");
}
