// DockerWriter against engines that replay what real ones answered, and against engines that misbehave.
#include <optional>

#include "flow/docker_scene.hpp"
#include "occy/outputs/docker.hpp"
#include "occy/process.hpp"
#include "support/catch.hpp"
#include "support/keeping_engine.hpp"
#include "support/memory_input.hpp"
#include "support/recorded.hpp"
#include "support/write_image.hpp"

using namespace occy;
using namespace occy::test;

namespace {

using Outcome = ProcessReport::Outcome;

ProcessReport load(const FakeEngine& engine, const TestImage& image, MemoryInputOptions input = {}) {
  MemoryInput source{image, std::move(input)};
  DockerWriter writer{image.references.at(0), {.engine = engine_at(engine)}};
  return process(source, writer);
}

/// The findings after a load that worked, when the engine answers the inspect with `answer`.
CheckResults verified_with(const std::string& engine, FakeAnswer answer) {
  auto script = loading_engine(engine);
  script.back() = std::move(answer);
  const FakeEngine fake{std::move(script)};
  return load(fake, recorded_image()).verification.value();
}

/// What the writer throws when the engine answers the load with `answer`.
Error load_error(const std::string& engine, FakeAnswer answer, const TestImage& image) {
  const FakeEngine fake{{recorded("/_ping", engine, "ping"), std::move(answer)}};
  return error_of([&] { load(fake, image); });
}

/// More than sockets hold, so that an engine that stops reading is noticed.
TestImage large_image() { return make_image({random_layer(1, 8'000'000)}); }

}  // namespace

TEST_CASE("docker writer: every recorded engine gets the archive and proves the image", "[flow][docker]") {
  const auto image = recorded_image();
  for (const auto& name : api_engines()) {
    CAPTURE(name);
    FakeEngine engine{loading_engine(name)};

    const auto report = load(engine, image);

    CHECK(report.outcome() == Outcome::verified);
    CHECK(report.verification->find("verify.ok") != nullptr);
    const auto requests = engine.requests(3);
    REQUIRE(requests.size() == 3);
    CHECK(requests[1].body_finished);
    CHECK(archive_members(requests[1].body) == expected_members(image));
  }
}

TEST_CASE("docker writer: an image that is not there afterwards is an error", "[flow][docker]") {
  for (const auto& name : api_engines()) {
    CAPTURE(name);
    const auto findings = verified_with(name, recorded("/json", name, "inspect-missing"));

    CHECK(findings.error_count() == 1);
    CHECK(findings.find("verify.image") != nullptr);
  }
}

TEST_CASE("docker writer: an image whose Id was not predicted is an error, whatever its layers say", "[flow][docker]") {
  for (const std::string name : {"docker-26-containerd", "docker-28-containerd"})
    for (const auto* other : {"inspect-after-failed-unpack", "inspect-evil-over-known-chain"}) {
      CAPTURE(name, other);
      CHECK(verified_with(name, recorded("/json", name, other)).find("verify.image-id") != nullptr);
    }
}

TEST_CASE("docker writer: blobs that the engine's store lacks are an error", "[flow][docker]") {
  const auto findings = verified_with(
      "docker-28-containerd", recorded("/json", "docker-28-containerd", "inspect-thin-missing-blobs-manifests1"));

  CHECK(findings.find("verify.available") != nullptr);
  CHECK(findings.find("verify.rootfs") != nullptr);
}

TEST_CASE("docker writer: the right Id with other layers is an error", "[flow][docker]") {
  auto answer = recorded("/json", "docker-20.10-overlay2", "inspect").bytes;
  const auto layer = answer.find("0afb10558ae87533");
  answer[layer] = '1';

  const auto findings = verified_with("docker-20.10-overlay2", {.request = "/json", .bytes = answer});

  CHECK(findings.error_count() == 1);
  CHECK(findings.find("verify.rootfs") != nullptr);
}

TEST_CASE("docker writer: an inspect that cannot be understood is a finding that says why", "[flow][docker]") {
  const auto finding = [](std::string bytes) {
    return verified_with("docker-28-overlay2", {.request = "/json", .bytes = std::move(bytes)});
  };

  for (const auto& bytes : {make_response(200, "<html>login</html>", "text/html"), make_response(200, "{}"),
                            make_response(200, R"({"Id":7})"), make_response(200, "[]"), make_response(200, ""),
                            make_response(500, R"({"message":"boom"})"), std::string{"SSH-2.0-OpenSSH\r\n\r\n"},
                            make_response(200, R"({"Id":"sha256:)").substr(0, 150)}) {
    CAPTURE(bytes);
    const auto findings = finding(bytes);
    CHECK(findings.error_count() == 1);
    CHECK(findings.find("verify.response") != nullptr);
  }
  CHECK(finding(make_response(200, "{}")).find("verify.response")->message.find("Id") != std::string::npos);
  CHECK(finding(make_response(500, R"({"message":"boom"})")).find("verify.response")->message.find("boom") !=
        std::string::npos);
}

TEST_CASE("docker writer: an engine that is gone after the load is a warning, and no success", "[flow][docker]") {
  std::optional<FakeEngine> engine{std::in_place, loading_engine("docker-20.10-overlay2")};
  const auto image = recorded_image();
  MemoryInput source{image};
  DockerWriter writer{image.references.at(0), {.engine = engine_at(*engine)}};
  write_image(source, writer);
  engine.reset();

  const auto findings = writer.verify();

  CHECK_FALSE(findings.has_errors());
  CHECK(findings.find("verify.unreachable") != nullptr);
  CHECK(findings.find("verify.ok") == nullptr);
}

TEST_CASE("docker writer: an engine that does not answer the inspect is a warning", "[flow][docker]") {
  auto script = loading_engine("docker-20.10-overlay2");
  script.back() = {.request = "/json", .bytes = {}, .end = FakeAnswer::End::hold};
  const FakeEngine engine{std::move(script)};
  const auto image = recorded_image();
  MemoryInput source{image};
  DockerWriter writer{image.references.at(0), {.engine = engine_at(engine, kShortWait)}};

  CHECK(process(source, writer).outcome() == Outcome::unreachable);
}

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

  CHECK(load_error("docker-28-overlay2", early(""), large_image()).code() == Errc::refused);
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

TEST_CASE("docker writer: a name with a digest, or none at all, is refused before the engine is asked",
          "[flow][docker]") {
  FakeEngine engine{loading_engine("docker-28-overlay2")};
  const auto digest = sha256(std::string_view{"x"}).str();
  const auto begin = [&](Reference name) {
    DockerWriter writer{std::move(name), {.engine = engine_at(engine)}};
    writer.begin({.source = "test"});
  };

  CHECK(error_of([&] { begin(Reference::parse("occy/test@" + digest).value()); }).side() == Side::usage);
  CHECK(error_of([&] { begin(Reference{.domain = {}, .path = "UPPER", .tag = "1", .digest = {}}); }).code() ==
        Errc::bad_text);
  CHECK(engine.requests().empty());
}

TEST_CASE("docker writer: a name without a tag gets latest", "[flow][docker]") {
  auto image = recorded_image();
  image.references = {Reference::parse("occy/test").value()};
  FakeEngine engine{
      {docker_ping(),
       {.request = "/images/load", .bytes = make_response(200, R"({"stream":"Loaded image: occy/test:latest\n"})")},
       recorded("/json", "docker-28-overlay2", "inspect")}};

  const auto report = load(engine, image);

  CHECK(report.outcome() == Outcome::verified);
  const auto requests = engine.requests(3);
  CHECK(requests.at(1).body.find(R"("RepoTags":["occy/test:latest"])") != std::string::npos);
  CHECK(requests.at(2).line.find("/images/occy/test:latest/json") != std::string::npos);
}

TEST_CASE("docker writer: a layer that is not its digest leaves the body unfinished", "[flow][docker]") {
  for (const auto fault : {Fault::wrong_bytes, Fault::cut, Fault::longer, Fault::failing}) {
    FakeEngine engine{loading_engine("docker-28-overlay2")};

    CHECK_THROWS_AS(load(engine, recorded_image(), {.faults = {{1, fault}}}), Error);

    const auto requests = engine.requests(2);
    REQUIRE(requests.size() == 2);
    CHECK_FALSE(requests[1].body_finished);
    CHECK(requests[1].body.find("manifest.json") == std::string::npos);
  }
}

TEST_CASE("docker writer: after a layer was given up, nothing more can be written", "[flow][docker]") {
  FakeEngine engine{loading_engine("docker-28-overlay2")};
  const auto image = recorded_image();
  DockerWriter writer{image.references.at(0), {.engine = engine_at(engine)}};
  writer.begin({.source = "test"});
  const LayerInfo info{.diff_id = sha256(image.layers[0]), .size = image.layers[0].size(), .name = "layer"};
  writer.put_layer(info).reset();

  CHECK(error_of([&] { writer.put_layer(info); }).code() == Errc::refused);
  CHECK_THROWS_AS(writer.finalize(), Error);
  CHECK_FALSE(engine.requests(2).at(1).body_finished);
}

TEST_CASE("docker writer: a spooled layer that was given up has sent nothing, and another may follow",
          "[flow][docker]") {
  KeepingEngine engine;
  const auto image = make_image({random_layer(1, 3000)});
  DockerWriter writer{image.references.at(0), {.engine = {.socket = engine.socket()}}};
  MemoryInput source{image, {.knowledge = Knowledge::no_sizes}};
  writer.begin(source.describe());
  const LayerInfo info{.diff_id = sha256(image.layers[0]), .name = "layer"};
  writer.put_layer(info)->write(std::as_bytes(std::span{image.layers[0]}).first(700));

  CHECK(writer.want_layer(info));
  write_layers(source, writer);
  writer.put_config(image.config);
  writer.finalize();

  CHECK(writer.verify().find("verify.ok") != nullptr);
}

TEST_CASE("docker writer: without a config there is nothing to finalize, and the body stays unfinished",
          "[flow][docker]") {
  FakeEngine engine{loading_engine("docker-28-overlay2")};
  const auto image = recorded_image();
  DockerWriter writer{image.references.at(0), {.engine = engine_at(engine)}};
  MemoryInput source{image};
  writer.begin(source.describe());
  write_layers(source, writer);

  CHECK_THROWS_AS(writer.finalize(), Error);

  CHECK_FALSE(engine.requests(2).at(1).body_finished);
}

TEST_CASE("docker writer: an image without layers is an image", "[flow][docker]") {
  KeepingEngine engine;
  const auto image = make_image({});
  DockerWriter writer{image.references.at(0), {.engine = {.socket = engine.socket()}}};
  MemoryInput source{image};

  CHECK(process(source, writer).outcome() == Outcome::verified);
  CHECK(engine.has("occy/test:1"));
}

TEST_CASE("docker writer: a config with a layer that was not written is refused", "[flow][docker]") {
  FakeEngine engine{loading_engine("docker-28-overlay2")};
  const auto image = recorded_image();
  {
    DockerWriter writer{image.references.at(0), {.engine = engine_at(engine)}};
    writer.begin({.source = "test"});
    write_layer(writer, {.diff_id = sha256(image.layers[0]), .size = image.layers[0].size(), .name = "layer"},
                image.layers[0]);

    CHECK(error_of([&] { writer.put_config(image.config); }).code() == Errc::not_found);
  }
  CHECK_FALSE(engine.requests(2).at(1).body_finished);
}

TEST_CASE("docker writer: a layer of unknown size is spooled, and the archive is the same", "[flow][docker]") {
  const auto image = recorded_image();
  for (const auto compression : {Compression::none, Compression::gzip, Compression::zstd}) {
    FakeEngine engine{loading_engine("docker-28-containerd")};

    const auto report = load(engine, image, {.knowledge = Knowledge::no_sizes, .compression = compression});

    CHECK(report.outcome() == Outcome::verified);
    CHECK(archive_members(engine.requests(3).at(1).body) == expected_members(image));
  }
}

TEST_CASE("docker writer: a source that tells everything last still makes an image", "[flow][docker]") {
  const auto image = recorded_image();
  FakeEngine engine{loading_engine("docker-28-containerd")};

  const auto report = load(engine, image, {.knowledge = Knowledge::nothing, .order = {2, 0, 1}});

  CHECK(report.outcome() == Outcome::verified);
}

TEST_CASE("docker writer: a spool directory that is not there is an error of the output", "[flow][docker]") {
  FakeEngine engine{loading_engine("docker-28-overlay2")};
  const auto image = recorded_image();
  MemoryInput source{image, {.knowledge = Knowledge::no_sizes}};
  DockerWriter writer{image.references.at(0), {.engine = engine_at(engine), .spool_directory = "/nowhere"}};

  const auto error = error_of([&] { process(source, writer); });

  CHECK(error.side() == Side::output);
  CHECK(error.detail().subject.find("/nowhere") != std::string::npos);
}

TEST_CASE("docker writer: a layer that is listed or comes twice is sent once", "[flow][docker]") {
  const auto image = make_usual_image();
  for (const auto repeats : {Repeats::once, Repeats::every_time})
    for (const auto knowledge : {Knowledge::everything, Knowledge::no_sizes}) {
      FakeEngine engine{
          {docker_ping(),
           {.request = "/images/load", .bytes = make_response(200, R"({"stream":"Loaded image: occy/test:1\n"})")},
           recorded("/json", "docker-28-overlay2", "inspect-missing")}};

      load(engine, image, {.knowledge = knowledge, .repeats = repeats});

      CHECK(archive_members(engine.requests(3).at(1).body) == expected_members(image));
    }
}

TEST_CASE("docker writer: a layer that declares more than the limit is not sent on", "[flow][docker]") {
  const auto bomb = ustar_header({.name = "hole"}, 077777777777);
  const auto image = make_image({bomb});
  FakeEngine engine{loading_engine("docker-28-overlay2")};
  auto options = engine_at(engine);
  options.limits.expanded_layer_bytes = std::uint64_t{1} << 20U;
  MemoryInput source{image};
  DockerWriter writer{image.references.at(0), {.engine = options}};

  const auto error = error_of([&] { process(source, writer); });

  CHECK(error.code() == Errc::limit);
  const auto request = engine.requests(2).at(1);
  CHECK_FALSE(request.body_finished);
  CHECK(request.body.find("hole") == std::string::npos);
}

namespace {

/// Asks for a stop when the engine has got everything and works.
struct StopWhenFinalizing final : Progress {
  std::stop_source source;

  void stage_started(Stage stage) override {
    if (stage == Stage::finalizing) source.request_stop();
  }
};

}  // namespace

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

TEST_CASE("docker writer: a full verification by export hashes every blob", "[flow][docker]") {
  const auto prove = [](const std::string& engine_name, const std::string& exported) {
    auto script = loading_engine(engine_name);
    script.push_back({.request = "/get", .bytes = make_chunked_response(200, exported, 5000)});
    const FakeEngine engine{std::move(script)};
    const auto image = recorded_image();
    MemoryInput source{image};
    DockerWriter writer{image.references.at(0), {.engine = engine_at(engine), .full_proof = EngineProof::export_}};
    return process(source, writer, {.verify = VerifyLevel::full}).verification.value();
  };

  for (const auto& name : api_engines()) {
    CAPTURE(name);
    const auto exported = read_api_file(name + "/export.tar");
    CHECK(prove(name, exported).find("verify.ok") != nullptr);

    auto changed = exported;
    const auto layer = recorded_image().layers[0];
    changed[changed.find(layer.substr(0, 512)) + 600] ^= 1;
    CHECK(prove(name, changed).find("verify.layer") != nullptr);
  }
  CHECK(prove("docker-28-overlay2", read_api_file("docker-28-overlay2/export-universal.tar")).find("verify.config") !=
        nullptr);
  CHECK(prove("docker-28-overlay2", "no archive").has_errors());
}
