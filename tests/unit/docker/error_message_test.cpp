#include "docker/error_message.hpp"

#include "support/catch.hpp"
#include "support/docker_api.hpp"

using namespace occy::docker;
using namespace occy::test;

TEST_CASE("error message: the engine's words out of a JSON body", "[docker]") {
  CHECK(error_message(R"({"message":"No such image: a:1"})") == "No such image: a:1");
  CHECK(error_message(R"({"cause":"why","message":"what","response":500})") == "what");
  CHECK(error_message(R"({"cause":"why","response":500})") == "why");
  CHECK(error_message(R"({"cause":"why","message":"","response":500})") == "why");
  CHECK(error_message(R"({"message":5})").empty());
  CHECK(error_message(R"({})").empty());
  CHECK(error_message("").empty());
}

TEST_CASE("error message: text and HTML give their first line", "[docker]") {
  CHECK(error_message("\n\n Method Not Allowed\nmore\n") == "Method Not Allowed");
  CHECK(error_message("<html>\n<head><title>502 Bad Gateway</title></head><body>nginx</body></html>") ==
        "502 Bad Gateway");
  CHECK(error_message("<html></html>").empty());
  CHECK(error_message("[1,2]") == "[1,2]");
}

TEST_CASE("error message: one line, without control bytes, of bounded length", "[docker]") {
  CHECK(error_message(R"({"message":"a\u001b[31mb\r\nc\td"})") == "a [31mb c d");
  CHECK(one_line("  a \n\n b \x7f") == "a b");
  CHECK(one_line(std::string(5'000, 'x')).size() == 1'000);
  CHECK(error_message(std::string(10'000'000, 'x')).size() == 1'000);
}

TEST_CASE("error message: of Podman's lines the one about what was sent", "[docker]") {
  const auto message_of = [](const char* engine, const char* name) {
    return error_message(body_of(api_case(engine, name).response));
  };

  CHECK(message_of("podman-5.4", "err-manifest-missing") ==
        "loading tar component \"manifest.json\": file does not exist");
  CHECK(message_of("podman-4.3", "err-manifest-missing") == "loading tar component manifest.json: file does not exist");
  CHECK(message_of("podman-5.4", "err-garbage") ==
        "loading tar component \"manifest.json\": archive/tar: invalid tar header");
  CHECK(message_of("podman-6.1", "err-layer-missing").find("Some layer tarfiles are missing in the tarball") !=
        std::string::npos);
  CHECK(message_of("podman-5.8", "load-oci-multiplatform") ==
        "loading index: more than one image in oci, choose an image");
  CHECK(message_of("podman-6.1", "err-thin-oci-unknown-layers").find("reading blob sha256:5441e66d") !=
        std::string::npos);
  CHECK(message_of("podman-6.1", "inspect-missing").starts_with("failed to find image occy/missing:1"));
}
