// Packed layers on their way to an engine, by hints at their sizes, right and wrong ones.
#include <algorithm>
#include <filesystem>

#include "flow/docker_scene.hpp"
#include "occy/filters/normalize_timestamps.hpp"
#include "occy/outputs/docker.hpp"
#include "occy/process.hpp"
#include "support/catch.hpp"
#include "support/keeping_engine.hpp"
#include "support/memory_input.hpp"
#include "support/temp_dir.hpp"
#include "support/write_image.hpp"

namespace occy::test {
namespace {

using Hints = std::map<std::size_t, std::uint64_t>;

// Where nobody can spool.
const std::filesystem::path kNowhere = "/nowhere";

TestImage image_of_three() {
  return make_image({random_layer(1, 200'000), random_layer(2, 700), random_layer(3, 90'000)});
}

Hints right_hints(const TestImage& image) {
  Hints hints;
  for (std::size_t i = 0; i < image.layers.size(); ++i) hints.emplace(i, image.layers[i].size());
  return hints;
}

FakeEngine engine_of_any_image() {
  return FakeEngine{
      {docker_ping(),
       {.request = "/images/load", .bytes = make_response(200, R"({"stream":"Loaded image: occy/test:1\n"})")}}};
}

ArchiveMembers sent(const TestImage& image, MemoryInputOptions input, const std::filesystem::path& spool_directory,
                    std::vector<ImageFilter*> filters = {}) {
  FakeEngine engine = engine_of_any_image();
  MemoryInput source{image, std::move(input)};
  DockerWriter writer{image.references.at(0), {.engine = engine_at(engine), .spool_directory = spool_directory}};
  process(source, writer, {.filters = std::move(filters), .verify = std::nullopt});
  return archive_members(engine.requests(2).at(1).body);
}

/// Whether this was sent of `image` when its layer at `lost` was believed to have the size `hint`: what went in vain
/// has that size, and manifest.json does not mention it.
void expect_lost(const TestImage& image, std::size_t lost, std::uint64_t hint, ArchiveMembers found) {
  auto expected = expected_members(image);
  const auto [name, layer] = expected.at(lost);
  expected.at(lost).second.clear();
  expected.insert(expected.begin() + static_cast<std::ptrdiff_t>(lost) + 1, {"0/layer.tar", layer});
  auto& manifest = expected.back().second;
  manifest.replace(manifest.find(name), name.size(), "0/layer.tar");

  REQUIRE(found.size() == expected.size());
  CHECK(found.at(lost).second.size() == hint);
  found.at(lost).second.clear();
  CHECK((found == expected));
}

class StopAtFirstByte final : public Progress {
 public:
  void layer_advanced(std::size_t, std::uint64_t) override { stop.request_stop(); }

  std::stop_source stop;
};

}  // namespace

TEST_CASE("docker hints: right ones send packed layers straight on, and nothing is spooled", "[flow][docker]") {
  const auto image = image_of_three();

  const auto members =
      sent(image, {.knowledge = Knowledge::no_sizes, .compression = Compression::gzip, .hints = right_hints(image)},
           kNowhere);

  CHECK((members == expected_members(image)));
}

TEST_CASE("docker hints: a layer of another size comes again, under a name of its own", "[flow][docker]") {
  const auto image = image_of_three();
  const std::size_t lost = GENERATE(0U, 1U, 2U);
  const std::uint64_t hint = GENERATE(512U, 66'048U, 131'072U, 512'000U);
  auto hints = right_hints(image);
  hints.at(lost) = hint;
  const TempDir directory;

  const auto members = sent(image, {.knowledge = Knowledge::no_sizes, .compression = Compression::gzip, .hints = hints},
                            directory.path());

  expect_lost(image, lost, hint, members);
  CHECK(directory.names().empty());
}

TEST_CASE("docker hints: an image with a layer of another size is verified", "[flow][docker]") {
  KeepingEngine engine;
  const auto image = image_of_three();
  MemoryInput source{image,
                     {.knowledge = Knowledge::no_sizes, .compression = Compression::gzip, .hints = {{1, 512'000}}}};
  DockerWriter writer{image.references.at(0), {.engine = {.socket = engine.socket()}}};

  CHECK(process(source, writer).outcome() == ProcessReport::Outcome::verified);
}

TEST_CASE("docker hints: after a wrong one, none is believed", "[flow][docker]") {
  const auto image = image_of_three();
  const TempDir directory;
  const Hints hints{{0, 1024}, {1, 512'000}, {2, 512}};

  const auto members = sent(image, {.knowledge = Knowledge::no_sizes, .compression = Compression::gzip, .hints = hints},
                            directory.path());

  expect_lost(image, 0, 1024, members);
}

TEST_CASE("docker hints: what no archive can have, or may have, is not believed", "[flow][docker]") {
  const auto image = image_of_three();
  const TempDir directory;
  const std::uint64_t hint =
      GENERATE(std::uint64_t{0}, std::uint64_t{511}, std::uint64_t{200'001}, std::uint64_t{1} << 60U, UINT64_MAX);

  const auto members =
      sent(image, {.knowledge = Knowledge::no_sizes, .compression = Compression::gzip, .hints = {{0, hint}, {1, hint}}},
           directory.path());

  CHECK((members == expected_members(image)));
}

TEST_CASE("docker hints: of layers that come only once, or become others, they are not asked for", "[flow][docker]") {
  const auto image = image_of_three();
  const TempDir directory;
  const Hints wrong{{0, 512}, {1, 512}, {2, 512}};
  NormalizeTimestampsFilter filter;

  const auto once = sent(image, {.knowledge = Knowledge::nothing, .compression = Compression::gzip, .hints = wrong},
                         directory.path());
  const auto changed =
      sent(image, {.knowledge = Knowledge::no_sizes, .compression = Compression::gzip, .hints = right_hints(image)},
           directory.path(), {&filter});

  CHECK((once == expected_members(image)));
  CHECK(changed.size() == image.layers.size() + 2);
}

TEST_CASE("docker hints: a layer that is not its digest, or ends early, leaves the body unfinished", "[flow][docker]") {
  const auto image = image_of_three();
  for (const auto fault : {Fault::wrong_bytes, Fault::cut, Fault::failing}) {
    FakeEngine engine = engine_of_any_image();

    CHECK_THROWS_AS(load(engine, image,
                         {.knowledge = Knowledge::no_sizes,
                          .compression = Compression::gzip,
                          .hints = right_hints(image),
                          .faults = {{1, fault}}}),
                    Error);

    const auto request = engine.requests(2).at(1);
    CHECK_FALSE(request.body_finished);
    CHECK(request.body.find("manifest.json") == std::string::npos);
  }
}

TEST_CASE("docker hints: a stop request in the middle of a layer leaves the body unfinished", "[flow][docker]") {
  const auto image = image_of_three();
  FakeEngine engine = engine_of_any_image();
  StopAtFirstByte progress;
  {
    MemoryInput source{
        image, {.knowledge = Knowledge::no_sizes, .compression = Compression::gzip, .hints = right_hints(image)}};
    DockerWriter writer{image.references.at(0), {.engine = engine_at(engine), .spool_directory = kNowhere}};
    const ProcessOptions options{.progress = &progress, .stop = progress.stop.get_token()};

    CHECK(error_of([&] { process(source, writer, options); }).code() == Errc::cancelled);
  }
  CHECK_FALSE(engine.requests(2).at(1).body_finished);
}

TEST_CASE("docker hints: the sink of a layer of another size says that it must come again", "[flow][docker]") {
  KeepingEngine engine;
  const auto image = image_of_three();
  DockerWriter writer{image.references.at(0), {.engine = {.socket = engine.socket()}}};
  MemoryInput source{image, {.knowledge = Knowledge::no_sizes}};
  writer.begin(source.describe());
  const LayerInfo info{.diff_id = sha256(image.layers[0]), .name = "layer"};
  auto sink = writer.put_layer(info);
  sink->prepare([] { return 1024; }, {});

  CHECK(error_of([&] { sink->write(std::as_bytes(std::span{image.layers[0]})); }).code() == Errc::interrupted);
  sink.reset();

  CHECK(writer.want_layer(info));
  write_layers(source, writer);
  writer.put_config(image.config);
  writer.finalize();
  CHECK(writer.verify().find("verify.ok") != nullptr);
}

}  // namespace occy::test
