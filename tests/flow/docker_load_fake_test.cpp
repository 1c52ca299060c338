// What DockerWriter makes of the answers to a load: failures in every form, early, late, or none.
#include "flow/docker_scene.hpp"
#include "occy/outputs/docker.hpp"
#include "occy/process.hpp"
#include "support/catch.hpp"
#include "support/memory_input.hpp"
#include "support/recorded.hpp"
#include "support/write_image.hpp"

using namespace occy;
using namespace occy::test;

namespace {

using Outcome = ProcessReport::Outcome;

/// What the writer throws when the engine answers the load with `answer`.
Error load_error(const std::string& engine, FakeAnswer answer, const TestImage& image) {
  const FakeEngine fake{{recorded("/_ping", engine, "ping"), std::move(answer)}};
  return error_of([&] { load(fake, image); });
}

/// More than sockets hold, so that an engine that stops reading is noticed.
TestImage large_image() { return make_image({random_layer(1, 8'000'000)}); }

/// Asks for a stop when the engine has got everything and works.
struct StopWhenFinalizing final : Progress {
  std::stop_source source;

  void stage_started(Stage stage) override {
    if (stage == Stage::finalizing) source.request_stop();
  }
};

}  // namespace

TEST_CASE("docker writer: a load that the engine reports as failed throws with its words", "[flow][docker]") {
  const auto image = recorded_image();
  for (const auto* name : {"err-layer-digest-mismatch", "err-config-missing", "err-manifest-missing", "err-layer-count",
                           "err-truncated-in-layer", "err-garbage", "err-api-too-new", "err-manifest-emptyarray"})
    for (const auto& one : api_cases(name)) {
      if (one.name != name || one.response.empty() || one.status == 404) continue;
      if (one.engine.starts_with("podman") && one.name == std::string{"err-api-too-new"}) continue;
      CAPTURE(one.engine, one.name);
      const auto error = load_error(one.engine, {.request = "/images/load", .bytes = one.response}, image);

      CHECK(error.code() == Errc::refused);
      CHECK(error.side() == Side::output);
      CHECK(error.detail().subject == "docker://occy/test:1");
      CHECK_FALSE(error.detail().found.empty());
    }
}

TEST_CASE("docker writer: an answer that is none is a failed load", "[flow][docker]") {
  const auto code = [](std::string bytes) {
    return load_error("docker-28-overlay2", {.request = "/images/load", .bytes = std::move(bytes)}, recorded_image())
        .code();
  };
  const auto good = api_case("docker-28-overlay2", "load-basic-manifest-last").response;

  CHECK(code(make_response(200, "<html>login</html>", "text/html")) == Errc::refused);
  CHECK(code(make_response(500, "<html>oops</html>", "text/html")) == Errc::refused);
  CHECK(code(make_response(200, "{}")) == Errc::refused);
  CHECK(code(make_response(200, "")) == Errc::refused);
  CHECK(code(good.substr(0, good.size() - 5)) == Errc::refused);
  CHECK(code(make_response(200, R"({"stream":"Loaded image: occy/other:1\n"})")) == Errc::refused);
}

TEST_CASE("docker writer: an engine that answers early is heard and not sent more", "[flow][docker]") {
  const auto early = [](std::string bytes) {
    return FakeAnswer{.request = "/images/load",
                      .bytes = std::move(bytes),
                      .when = FakeAnswer::When::before_body,
                      .body_bytes = 10'000};
  };
  const auto garbage = api_case("docker-28-overlay2", "err-garbage").response;
  const auto success = make_response(200, R"({"stream":"Loaded image: occy/test:1\n"})");

  const auto reason = load_error("docker-28-overlay2", early(garbage), large_image());
  CHECK(reason.detail().found.find("archive/tar: invalid tar header") != std::string::npos);

  const auto claim = load_error("docker-28-overlay2", early(success), large_image());
  CHECK(claim.code() == Errc::refused);
  CHECK(claim.detail().what.find("before the archive was complete") != std::string::npos);

  CHECK(load_error("docker-28-overlay2", early(""), large_image()).code() == Errc::unreachable);
}

TEST_CASE("docker writer: the reason in an early answer that is cut is still told", "[flow][docker]") {
  const auto error = load_error("docker-28-overlay2",
                                {.request = "/images/load",
                                 .bytes = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                          "1c\r\n{\"error\":\"no space is left\"}\r\n",
                                 .when = FakeAnswer::When::before_body,
                                 .body_bytes = 10'000},
                                large_image());

  CHECK(error.code() == Errc::refused);
  CHECK(error.detail().found.find("no space is left") != std::string::npos);
}

TEST_CASE("docker writer: a slow engine is waited for", "[flow][docker]") {
  auto script = loading_engine("podman-4.3");
  script[1].piece = 7;
  script[1].pause = std::chrono::milliseconds{2};
  const FakeEngine engine{std::move(script)};

  CHECK(load(engine, recorded_image()).outcome() == Outcome::verified);
}

TEST_CASE("docker writer: an engine that accepts and never answers ends the job before anything is read",
          "[flow][docker]") {
  const FakeEngine engine{{{.request = {}, .bytes = {}, .end = FakeAnswer::End::hold}}};
  DockerWriter writer{Reference::parse("occy/test:1").value(), {.engine = engine_at(engine, kShortWait)}};

  CHECK(error_of([&] { writer.begin({.source = "test"}); }).code() == Errc::timed_out);
}

TEST_CASE("docker writer: an engine that is not there ends the job before anything is read", "[flow][docker]") {
  DockerWriter writer{Reference::parse("occy/test:1").value(), {.engine = {.socket = "/nowhere/docker.sock"}}};

  CHECK(error_of([&] { writer.begin({.source = "test"}); }).code() == Errc::unreachable);
}

TEST_CASE("docker writer: a stop request ends the wait for an engine that works", "[flow][docker]") {
  auto script = loading_engine("docker-28-overlay2");
  script[1] = {.request = "/images/load", .bytes = {}, .end = FakeAnswer::End::hold};
  const FakeEngine engine{std::move(script)};
  StopWhenFinalizing stop;
  auto options = engine_at(engine);
  options.stop = stop.source.get_token();
  const auto image = recorded_image();
  MemoryInput source{image};
  DockerWriter writer{image.references.at(0), {.engine = options}};

  CHECK(error_of([&] { process(source, writer, {.progress = &stop}); }).code() == Errc::cancelled);
}
