#include "docker/engine.hpp"

#include "support/catch.hpp"
#include "support/docker_api.hpp"
#include "support/error_of.hpp"
#include "support/fake_engine.hpp"

using namespace occy;
using namespace occy::docker;
using namespace occy::test;

namespace {

EngineOptions options_of(const FakeEngine& fake) {
  EngineOptions options;
  options.socket = fake.socket();
  return options;
}

Error version_error(const std::string& answer) {
  FakeEngine fake{{{.bytes = answer}}};
  Engine engine{options_of(fake), Side::input};
  return error_of([&] { (void)engine.version(); });
}

FakeAnswer recorded_answer(const char* request, const char* engine, const char* name) {
  return {.request = request, .bytes = api_case(engine, name).response};
}

std::string read_everything(BlockSource& source) {
  std::string text;
  for (Block bytes = source.next(); !bytes.empty(); bytes = source.next())
    text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return text;
}

}  // namespace

TEST_CASE("engine: every recorded engine tells its version", "[docker]") {
  for (const std::string& name : api_engines()) {
    FakeEngine fake{{{.request = "GET /_ping", .bytes = api_case(name, "ping").response}}};
    Engine engine{options_of(fake), Side::input};
    const bool is_podman = name.starts_with("podman");

    INFO(name);
    CHECK(engine.version().kind == (is_podman ? EngineVersion::Kind::podman : EngineVersion::Kind::docker));
    CHECK(engine.version().api_minor >= 41);
    CHECK(engine.version().api_minor <= 51);
    CHECK(engine.version().server.starts_with(is_podman ? "Libpod/" : "Docker/"));
    CHECK(fake.requests(1).size() == 1);
  }
}

TEST_CASE("engine: the API spoken is the older of the engine's and ours", "[docker]") {
  const auto [offered, spoken] = GENERATE(table<const char*, const char*>(
      {{"1.24", "/v1.24"}, {"1.41", "/v1.41"}, {"1.51", "/v1.51"}, {"1.52", "/v1.51"}, {"1.999", "/v1.51"}}));
  FakeEngine fake{{docker_ping(offered), {.bytes = make_response(404, R"({"message":"no"})")}}};

  Engine engine{options_of(fake), Side::input};
  (void)engine.inspect("a:1");

  CHECK(fake.requests(2).back().line == "GET " + std::string{spoken} + "/images/a:1/json HTTP/1.1");
}

TEST_CASE("engine: what is not an engine is refused", "[docker]") {
  const std::string answer = GENERATE("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
                                      "HTTP/1.1 404 Not Found\r\nApi-Version: 1.51\r\nContent-Length: 0\r\n\r\n",
                                      "HTTP/1.1 200 OK\r\nApi-Version: 2.0\r\nContent-Length: 0\r\n\r\n",
                                      "HTTP/1.1 200 OK\r\nApi-Version: 1.x\r\nContent-Length: 0\r\n\r\n",
                                      "HTTP/1.1 200 OK\r\nApi-Version: 1.\r\nContent-Length: 0\r\n\r\n",
                                      "HTTP/1.1 200 OK\r\nApi-Version: 1.99999999999999\r\nContent-Length: 0\r\n\r\n");
  const Error error = version_error(answer);

  CHECK(error.code() == Errc::refused);
  CHECK(error.detail().what == "not a Docker or Podman engine");
}

TEST_CASE("engine: what does not speak HTTP is refused", "[docker]") {
  CHECK(version_error("SSH-2.0-OpenSSH_9.2p1\r\n\r\n").code() == Errc::refused);
  CHECK(version_error("").code() == Errc::unreachable);
}

TEST_CASE("engine: one that is too old is refused", "[docker]") {
  const Error error = version_error(docker_ping("1.23").bytes);

  CHECK(error.code() == Errc::refused);
  CHECK(error.detail().what == "the engine is too old");
  CHECK(error.detail().found == "API 1.23");
}

TEST_CASE("engine: recorded answers of every engine to an inspect", "[docker]") {
  for (const std::string& name : api_engines())
    for (const char* which : {"inspect", "inspect-missing", "inspect-badname"}) {
      const ApiCase recorded = api_case(name, which);
      FakeEngine fake{{docker_ping(), {.request = "/images/", .bytes = recorded.response}}};
      Engine engine{options_of(fake), Side::verify};

      const InspectAnswer answer = engine.inspect("occy/test:1");

      INFO(name << " " << which << ": " << answer.message);
      CHECK(answer.status == recorded.status);
      CHECK(answer.image.has_value() == (recorded.status == 200));
      CHECK(answer.message.empty() == (recorded.status == 200));
    }
}

TEST_CASE("engine: manifests are asked for where the engine knows them", "[docker]") {
  const auto [offered, query] =
      GENERATE(table<const char*, const char*>({{"1.47", ""}, {"1.48", "?manifests=1"}, {"1.51", "?manifests=1"}}));
  FakeEngine fake{{docker_ping(offered), recorded_answer("/images/", "docker-28-containerd", "inspect-manifests1")}};

  Engine engine{options_of(fake), Side::verify};
  const InspectAnswer answer = engine.inspect("occy/test:1", InspectDetail::manifests);

  CHECK(answer.image->manifests.size() == 1);
  CHECK(fake.requests(2).back().line.ends_with("/json" + std::string{query} + " HTTP/1.1"));
}

TEST_CASE("engine: an inspect that lacks a field is an error that names it", "[docker]") {
  FakeEngine fake{{docker_ping(), {.bytes = make_response(200, R"({"RepoTags":[]})")}}};

  Engine engine{options_of(fake), Side::verify};
  const Error error = error_of([&] { (void)engine.inspect("occy/test:1"); });

  CHECK(error.code() == Errc::bad_document);
  CHECK(error.detail().subject == "occy/test:1");
  CHECK(error.detail().what.find("Id") != std::string::npos);
}

TEST_CASE("engine: an inspect above the cap is an error", "[docker]") {
  FakeEngine fake{{docker_ping(), {.bytes = make_chunked_response(200, std::string(5'000'000, ' '))}}};

  Engine engine{options_of(fake), Side::verify};

  CHECK(error_of([&] { (void)engine.inspect("occy/test:1"); }).code() == Errc::limit);
}

TEST_CASE("engine: an error whose body is cut, or without end, is still told", "[docker]") {
  const auto [body, message] = GENERATE(table<std::string, std::string>(
      {{make_response(500, "out of luck", "text/plain")
            .substr(0, make_response(500, "out of luck", "text/plain").size() - 2),
        "out of lu"},
       {make_chunked_response(500, std::string(10'000'000, 'x')), std::string(1'000, 'x')},
       {make_response(500, ""), "status 500"}}));
  FakeEngine fake{{docker_ping(), {.bytes = body}}};

  Engine engine{options_of(fake), Side::verify};
  const InspectAnswer answer = engine.inspect("occy/test:1");

  CHECK(answer.status == 500);
  CHECK(answer.message == message);
}

TEST_CASE("engine: a name is part of the path and nothing else", "[docker]") {
  FakeEngine fake{{docker_ping()}};

  Engine engine{options_of(fake), Side::input};
  CHECK(engine.inspect("registry.example:5000/a b?x=1#y\r\n").status == 404);

  CHECK(fake.requests(2).back().line ==
        "GET /v1.51/images/registry.example:5000/a%20b%3Fx%3D1%23y%0D%0A/json HTTP/1.1");
}

TEST_CASE("engine: an export is the body as it comes", "[docker]") {
  const std::string archive = read_api_file("docker-28-overlay2/export.tar");
  FakeEngine fake{
      {docker_ping(), {.request = "/images/occy/test:1/get", .bytes = make_chunked_response(200, archive)}}};

  Engine engine{options_of(fake), Side::input};

  CHECK(read_everything(*engine.export_image("occy/test:1")) == archive);
}

TEST_CASE("engine: an export may keep its first byte for longer than a wait", "[docker]") {
  const std::string answer = make_chunked_response(200, "archive");
  FakeEngine fake{{docker_ping(),
                   {.request = "/get",
                    .bytes = answer,
                    .piece = answer.find("\r\n\r\n") + 4,
                    .pause = std::chrono::milliseconds{300}}}};
  EngineOptions options = options_of(fake);
  options.timeouts.idle = std::chrono::milliseconds{100};

  Engine engine{options, Side::input};

  CHECK(read_everything(*engine.export_image("occy/test:1")) == "archive");
}

TEST_CASE("engine: an export that is cut is an error", "[docker]") {
  const std::string answer = make_chunked_response(200, std::string(100'000, 'x'));
  FakeEngine fake{{docker_ping(), {.request = "/get", .bytes = answer.substr(0, answer.size() - 5)}}};

  Engine engine{options_of(fake), Side::input};
  const auto source = engine.export_image("occy/test:1");

  CHECK(error_of([&] { (void)read_everything(*source); }).code() == Errc::refused);
}

TEST_CASE("engine: an image that is not there cannot be exported", "[docker]") {
  for (const std::string& name : api_engines()) {
    const ApiCase recorded = api_case(name, "export-missing");
    FakeEngine fake{{docker_ping(), {.request = "/get", .bytes = recorded.response}}};
    Engine engine{options_of(fake), Side::input};
    const Error error = error_of([&] { (void)engine.export_image("occy/missing:1"); });

    INFO(name << ": " << error.what());
    CHECK(error.code() == (recorded.status == 404 ? Errc::not_found : Errc::refused));
    CHECK(error.detail().subject == "occy/missing:1");
    CHECK_FALSE(error.detail().found.empty());
  }
}

TEST_CASE("engine: a load is one chunked request", "[docker]") {
  FakeEngine fake{
      {docker_ping("1.41"), recorded_answer("/images/load", "docker-20.10-overlay2", "load-basic-manifest-last")}};
  {
    Engine engine{options_of(fake), Side::output};
    const auto exchange = engine.begin_load();
    const std::string archive = "tar";
    CHECK(exchange->write(std::as_bytes(std::span{archive})) == http::Exchange::Sent::more);
    exchange->finish_body();
    CHECK(exchange->response().status == 200);
  }

  const FakeRequest request = fake.requests(2).back();
  CHECK(request.line == "POST /v1.41/images/load?quiet=1 HTTP/1.1");
  CHECK(request.field("Content-Type") == "application/x-tar");
  CHECK(request.body == "tar");
  CHECK(request.body_finished);
}
