// A real engine loads an image, proves it, and exports it again. Removes exactly the image that it loaded.
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "docker/engine.hpp"
#include "occy/inputs/docker.hpp"
#include "occy/outputs/docker.hpp"
#include "occy/process.hpp"
#include "support/catch.hpp"
#include "support/image_builder.hpp"
#include "support/memory_input.hpp"

using namespace occy;

namespace {

/// Bytes that no engine has seen, so that the image that is removed in the end is nobody else's.
std::uint32_t fresh_seed() {
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  return static_cast<std::uint32_t>(now) ^ (static_cast<std::uint32_t>(getpid()) << 16U);
}

test::TestImage fresh_image() {
  const auto seed = fresh_seed();
  const auto repeated = test::random_layer(seed, 70'000);
  return test::make_image({test::random_layer(seed + 1, 3'000'000), repeated,
                           test::make_tar({{.name = "etc/", .type = '5'}, {.name = "etc/name", .content = "occy\n"}}),
                           repeated, test::make_tar({{.name = "etc/.wh.name"}})},
                          {"occy/engine-test:" + std::to_string(seed)});
}

/// Removes one image by id when the test is over.
class LoadedInEngine {
 public:
  LoadedInEngine(EngineOptions options, const Reference& name) : options_(std::move(options)) {
    const auto answer = docker::Engine{options_, Side::verify}.inspect(name.str());
    if (answer.image) id_ = answer.image->id.str();
  }
  LoadedInEngine(const LoadedInEngine&) = delete;
  LoadedInEngine& operator=(const LoadedInEngine&) = delete;
  ~LoadedInEngine() {
    if (id_.empty()) return;
    http::Exchange exchange{{.socket = options_.socket}};
    exchange.send({.method = "DELETE", .target = "/images/" + id_});
    CHECK(exchange.response().status == 200);
  }

 private:
  EngineOptions options_;
  std::string id_;
};

std::set<Digest> plain_layers(ImageInput& input) {
  std::set<Digest> digests;
  while (const auto layer = input.next_layer()) {
    REQUIRE(layer->info().compression == Compression::none);
    Sha256 hash;
    for (Block block = layer->next(); !block.empty(); block = layer->next()) hash.update(block);
    digests.insert(hash.finish());
  }
  return digests;
}

/// Plain layers; packed ones with right hints at their sizes, and nowhere to spool; and packed ones
/// of which the first has a wrong hint, so that the archive carries more than the image.
struct Way {
  test::MemoryInputOptions input;
  std::filesystem::path spool_directory;
};

std::vector<Way> ways(const test::TestImage& image) {
  std::map<std::size_t, std::uint64_t> right;
  for (std::size_t i = 0; i < image.layers.size(); ++i) right.emplace(i, image.layers[i].size());
  auto short_one = right;
  auto long_one = right;
  short_one.at(0) = 1'000'448;
  long_one.at(0) = 5'000'192;
  const auto packed = [](auto hints) {
    return test::MemoryInputOptions{
        .knowledge = test::Knowledge::no_sizes, .compression = Compression::gzip, .hints = std::move(hints)};
  };
  return {{.input = {}, .spool_directory = "/nowhere"},
          {.input = packed(right), .spool_directory = "/nowhere"},
          {.input = packed(short_one), .spool_directory = {}},
          {.input = packed(long_one), .spool_directory = {}}};
}

void load_prove_export(const EngineOptions& options, const test::TestImage& image, Way way) {
  const auto& name = image.references.front();
  DockerWriter writer{name,
                      {.engine = options, .full_proof = EngineProof::export_, .spool_directory = way.spool_directory}};
  test::MemoryInput source{image, std::move(way.input)};

  const auto report = process(source, writer, {.verify = VerifyLevel::full});
  const LoadedInEngine loaded{options, name};
  DockerInput input{name, options};
  const auto description = input.describe();
  const auto layers = plain_layers(input);

  REQUIRE(report.outcome() == ProcessReport::Outcome::verified);
  CHECK(description.references == image.references);
  CHECK(layers == std::set<Digest>(image.config.diff_ids().begin(), image.config.diff_ids().end()));
  CHECK(input.config().bytes() == image.config.bytes());
}

void load_prove_export(const char* variable) {
  const char* socket = std::getenv(variable);
  if (socket == nullptr) {
    std::cout << "skipped: " << variable << " is not set: no such engine to test with\n";
    return;
  }
  const auto image = fresh_image();
  for (Way& way : ways(image)) load_prove_export({.socket = socket}, image, std::move(way));
}

}  // namespace

TEST_CASE("engine: Docker loads an image, proves it, and exports the same", "[integration][docker]") {
  load_prove_export("OCCY_TEST_DOCKER_SOCKET");
}

TEST_CASE("engine: Podman loads an image, proves it, and exports the same", "[integration][podman]") {
  load_prove_export("OCCY_TEST_PODMAN_SOCKET");
}
