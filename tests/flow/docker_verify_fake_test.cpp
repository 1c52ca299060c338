// What DockerWriter makes of an engine's words about the image that it loaded.
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

/// The findings after a load that worked, when the engine answers the inspect with `answer`.
CheckResults verified_with(const std::string& engine, FakeAnswer answer) {
  auto script = loading_engine(engine);
  script.back() = std::move(answer);
  const FakeEngine fake{std::move(script)};
  return load(fake, recorded_image()).verification.value();
}

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
