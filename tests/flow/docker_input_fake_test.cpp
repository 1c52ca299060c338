// DockerInput against engines that replay what real ones answered, and against engines that misbehave.
#include <algorithm>
#include <set>

#include "flow/docker_scene.hpp"
#include "occy/inputs/docker.hpp"
#include "occy/outputs/docker.hpp"
#include "occy/process.hpp"
#include "support/catch.hpp"
#include "support/recorded.hpp"

using namespace occy;
using namespace occy::test;

namespace {

Reference test_name() { return Reference::parse("occy/test:1").value(); }

/// ping, inspect and export of an engine that has recorded_image().
std::vector<FakeAnswer> exporting_engine(const std::string& engine, const std::string& exported = "export.tar") {
  return {recorded("/_ping", engine, "ping"),
          recorded("/json", engine, "inspect"),
          {.request = "/get", .bytes = make_chunked_response(200, read_api_file(engine + "/" + exported), 5000)}};
}

std::vector<std::string> drain(ImageInput& input) {
  std::vector<std::string> layers;
  while (const auto layer = input.next_layer()) {
    auto& bytes = layers.emplace_back();
    for (Block block = layer->next(); !block.empty(); block = layer->next())
      bytes.append(reinterpret_cast<const char*>(block.data()), block.size());
  }
  return layers;
}

/// What reading the image to its end throws.
Error read_error(std::vector<FakeAnswer> script) {
  const FakeEngine engine{std::move(script)};
  DockerInput input{test_name(), engine_at(engine)};
  return error_of([&] {
    drain(input);
    static_cast<void>(input.config());
  });
}

}  // namespace

TEST_CASE("docker input: every recorded engine's export is the image that was loaded", "[flow][docker]") {
  const auto image = recorded_image();
  for (const auto& name : api_engines()) {
    CAPTURE(name);
    FakeEngine engine{exporting_engine(name)};
    DockerInput input{test_name(), engine_at(engine)};

    const auto& description = input.describe();
    auto layers = drain(input);

    CHECK(description.references == image.references);
    CHECK(description.platform == image.config.platform());
    CHECK(description.layers->size() == 3);
    CHECK(description.layers->at(2).diff_id == image.config.diff_ids().at(2));
    CHECK(std::set<std::string>(layers.begin(), layers.end()) ==
          std::set<std::string>(image.layers.begin(), image.layers.end()));
    CHECK(input.config().bytes() == image.config.bytes());
    CHECK(engine.requests(3).at(2).line.find("/images/" + description.id->str() + "/get") != std::string::npos);
  }
}

TEST_CASE("docker input: what one engine exports another one loads", "[flow][docker]") {
  for (const auto& name : api_engines()) {
    CAPTURE(name);
    const FakeEngine source{exporting_engine(name)};
    FakeEngine destination{loading_engine("docker-28-containerd")};
    DockerInput input{test_name(), engine_at(source)};
    DockerWriter output{test_name(), {.engine = engine_at(destination)}};

    const auto report = process(input, output);

    CHECK(report.outcome() == ProcessReport::Outcome::verified);
    CHECK(report.layers.size() == 3);
    CHECK(destination.requests(3).at(1).body_finished);
  }
}

TEST_CASE("docker input: an image that is not there is named with the engine's socket", "[flow][docker]") {
  for (const auto& name : api_engines()) {
    CAPTURE(name);
    const FakeEngine engine{{recorded("/_ping", name, "ping"), recorded("/json", name, "inspect-missing")}};
    DockerInput input{test_name(), engine_at(engine)};

    const auto error = error_of([&] { static_cast<void>(input.describe()); });

    CHECK(error.code() == Errc::not_found);
    CHECK(error.side() == Side::input);
    CHECK(error.detail().subject == "docker://occy/test:1");
    CHECK(error.detail().what.find(engine.socket().string()) != std::string::npos);
  }
}

TEST_CASE("docker input: a check finds an image that is not there, and reads nothing", "[flow][docker]") {
  const FakeEngine engine{{docker_ping(), recorded("/json", "docker-28-overlay2", "inspect-missing")}};
  DockerInput input{test_name(), engine_at(engine)};

  const auto findings = input.check_structure();

  CHECK(findings.error_count() == 1);
  CHECK(findings.find("image") != nullptr);
  CHECK(input.next_layer() == nullptr);
}

TEST_CASE("docker input: a check of an engine that cannot be asked is no finding", "[flow][docker]") {
  DockerInput input{test_name(), {.socket = "/nowhere/docker.sock"}};

  CHECK(error_of([&] { static_cast<void>(input.check_structure()); }).code() == Errc::unreachable);
}

TEST_CASE("docker input: an id is no name", "[flow][docker]") {
  const auto references = [](const std::string& asked) {
    const FakeEngine engine{{docker_ping(), recorded("/json", "docker-28-overlay2", "inspect")}};
    DockerInput input{Reference::parse(asked).value(), engine_at(engine)};
    return input.describe().references;
  };
  const auto id = recorded_image().config.digest();

  CHECK(references(id.str()).empty());
  CHECK(references(id.short_hex()).empty());
  CHECK(references("occy/test@" + id.str()).empty());
  CHECK(references("occy/test").at(0).str() == "occy/test:latest");
}

TEST_CASE("docker input: a config that the engine left out of its export is missed", "[flow][docker]") {
  for (const std::string name : {"docker-26-containerd", "docker-28-containerd"}) {
    CAPTURE(name);
    const auto error =
        read_error({recorded("/_ping", name, "ping"), recorded("/json", name, "inspect-thin-missing-blobs"),
                    recorded("/get", name, "export-thin-missing-blobs")});

    CHECK(error.code() == Errc::not_found);
    CHECK(error.detail().subject.find("8ca5309be129710e") != std::string::npos);
  }
}

TEST_CASE("docker input: a layer that the engine left out of its export is missed", "[flow][docker]") {
  std::vector<TarFile> members;
  for (const auto& [name, content] : expected_members(recorded_image()))
    members.push_back({.name = name, .content = content});
  members.erase(members.begin() + 1);
  auto script = exporting_engine("docker-20.10-overlay2");
  script.back().bytes = make_chunked_response(200, make_tar(members));

  const auto error = read_error(std::move(script));

  CHECK(error.code() == Errc::not_found);
  CHECK(error.detail().expected == "3");
  CHECK(error.detail().found == "2");
}

TEST_CASE("docker input: an image that went away before its export is not found", "[flow][docker]") {
  for (const auto& name : api_engines()) {
    CAPTURE(name);
    auto script = exporting_engine(name);
    script.back() = recorded("/get", name, "export-missing");

    CHECK(read_error(std::move(script)).code() == Errc::not_found);
  }
}

TEST_CASE("docker input: an export that is cut is not taken for its end", "[flow][docker]") {
  auto script = exporting_engine("docker-28-overlay2");
  const auto whole = script.back().bytes;

  for (const auto size : {whole.size() - 5, whole.size() / 2, whole.size() / 4, std::size_t{200}}) {
    CAPTURE(size);
    script.back().bytes = whole.substr(0, size);
    CHECK(read_error(script).code() == Errc::refused);
  }
}

TEST_CASE("docker input: an export of another image is refused", "[flow][docker]") {
  auto script = exporting_engine("docker-28-overlay2", "export-universal.tar");

  const auto code = read_error(std::move(script)).code();

  CHECK((code == Errc::digest_mismatch || code == Errc::not_found));
}

TEST_CASE("docker input: an export with another config for the same layers is refused", "[flow][docker]") {
  for (const std::string name : {"docker-28-containerd", "podman-5.4"}) {
    CAPTURE(name);
    auto script = exporting_engine(name);
    auto& inspect = script[1].bytes;
    const auto id = inspect.find(R"("Id":"sha256:)") + 13;
    inspect[id] = inspect[id] == '0' ? '1' : '0';

    CHECK(read_error(std::move(script)).code() == Errc::digest_mismatch);
  }
}
