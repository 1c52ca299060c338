// What DockerWriter sends, and what it refuses to send.
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

}  // namespace

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
