// What every ImageInput promises, held against each of them. A new input joins with one line in `inputs()`.
#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "occy/error.hpp"
#include "occy/inputs/dir.hpp"
#include "occy/inputs/docker.hpp"
#include "occy/inputs/layout.hpp"
#include "occy/inputs/registry.hpp"
#include "occy/inputs/tar.hpp"
#include "occy/inputs/tar_stream.hpp"
#include "occy/inputs/tree.hpp"
#include "support/archive_builder.hpp"
#include "support/catch.hpp"
#include "support/docker_api.hpp"
#include "support/fake_engine.hpp"
#include "support/fake_registry.hpp"
#include "support/memory_source.hpp"
#include "support/saved_directory.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using namespace occy::test;

namespace {

/// An input, and what must live as long as it.
struct Opened {
  std::shared_ptr<void> world;
  std::unique_ptr<ImageInput> input;
};

struct Candidate {
  std::string name;
  std::function<Opened(const TempDir&)> open;
};

Candidate tar_file(std::string name, SaveForm form, SavedImage image = small_image()) {
  return {std::move(name), [=](const TempDir& directory) {
            const auto path = write_file(directory / "image.tar", saved_archive({image}, form));
            return Opened{{}, std::make_unique<TarInput>(path)};
          }};
}

Candidate tar_stream(std::string name, SaveForm form, SavedImage image = small_image()) {
  return {std::move(name), [=](const TempDir&) {
            auto bytes = std::make_unique<MemorySource>(saved_archive({image}, form));
            return Opened{{}, std::make_unique<TarStreamInput>(std::move(bytes), "pipe")};
          }};
}

Candidate docker(const std::string& engine) {
  return {"docker, " + engine, [=](const TempDir&) {
            auto fake = std::make_shared<FakeEngine>(std::vector<FakeAnswer>{
                {.request = "/_ping", .bytes = api_case(engine, "ping").response},
                {.request = "/json", .bytes = api_case(engine, "inspect").response},
                {.request = "/get", .bytes = make_chunked_response(200, read_api_file(engine + "/export.tar"))}});
            EngineOptions options;
            options.socket = fake->socket();
            const Reference name{.domain = {}, .path = "occy/test", .tag = "1", .digest = {}};
            return Opened{fake, std::make_unique<DockerInput>(name, options)};
          }};
}

Opened open_tree(const TempDir& directory) {
  std::filesystem::create_directories(directory / "tree/etc");
  write_file(directory / "tree/etc/motd", "hello");
  return {{}, std::make_unique<TreeInput>(directory / "tree")};
}

SavedImage repeating_image() {
  return {.name = "a:1", .layers = {small_layer("one"), small_layer("two"), small_layer("one")}};
}

Candidate directory(std::string name, SaveForm form, SavedImage image = small_image()) {
  return {std::move(name), [=](const TempDir& directory) {
            return Opened{{}, std::make_unique<DirInput>(write_members(directory / "directory", save({image}, form)))};
          }};
}

Candidate layout(std::string name, Compression compression, SavedImage image = small_image()) {
  return {std::move(name), [=](const TempDir& directory) {
            return Opened{{}, std::make_unique<LayoutInput>(write_layout(directory / "layout", image, compression))};
          }};
}

Candidate registry(std::string name, Compression compression, SavedImage image = small_image()) {
  return {std::move(name), [=](const TempDir&) {
            auto server = std::make_shared<FakeRegistry>();
            server->put_image("1", image, compression);
            const RegistrySession session(FakeRegistry::options());
            return Opened{server, std::make_unique<RegistryInput>(server->image(), session)};
          }};
}

std::vector<Candidate> inputs() {
  return {
      tar_file("tar", {}),
      tar_file("tar, Docker 1.10, layer listed twice", {.dialect = Dialect::docker_1_10}, repeating_image()),
      tar_file("tar, Podman", {.dialect = Dialect::podman}),
      tar_file("tar, gzip", {.compression = Compression::gzip}),
      tar_file("tar, zstd, layer listed twice", {.compression = Compression::zstd}, repeating_image()),
      tar_stream("tar stream", {}),
      tar_stream("tar stream, gzip, layer listed twice", {.compression = Compression::gzip}, repeating_image()),
      docker("docker-20.10-overlay2"),
      docker("docker-28-containerd"),
      docker("podman-6.1"),
      {"tree", open_tree},
      layout("layout", Compression::none),
      directory("directory", {.dialect = Dialect::occy}),
      directory("directory, gzip, layer listed twice", {.compression = Compression::gzip}, repeating_image()),
      layout("layout, gzip, layer listed twice", Compression::gzip, repeating_image()),
      registry("registry, gzip", Compression::gzip),
      registry("registry, layer listed twice", Compression::none, repeating_image()),
  };
}

/// Calls `test` with a fresh input of each kind.
void for_each_input(const std::function<void(ImageInput&)>& test) {
  for (const auto& candidate : inputs()) {
    INFO(candidate.name);
    const TempDir directory;
    const Opened opened = candidate.open(directory);
    test(*opened.input);
  }
}

}  // namespace

TEST_CASE("input contract: describe() says the same every time", "[contract]") {
  for_each_input([](ImageInput& input) {
    const auto& first = input.describe();
    const std::string source = first.source;

    CHECK_FALSE(source.empty());
    CHECK(&input.describe() == &first);
    static_cast<void>(read_layers(input));
    CHECK(&input.describe() == &first);
    CHECK(first.source == source);
  });
}

TEST_CASE("input contract: each stored layer comes once, and is a layer of the config", "[contract]") {
  for_each_input([](ImageInput& input) {
    std::map<Digest, int> times;
    for (const auto& layer : read_layers(input)) ++times[sha256(layer.bytes)];
    const auto& diff_ids = input.config().diff_ids();

    for (const auto& diff_id : diff_ids) CHECK(times[diff_id] == 1);
    CHECK(times.size() == std::set<Digest>(diff_ids.begin(), diff_ids.end()).size());
  });
}

TEST_CASE("input contract: what a layer's info claims is true", "[contract]") {
  for_each_input([](ImageInput& input) {
    static_cast<void>(input.describe());
    const auto layers = read_layers(input);
    const auto& diff_ids = input.config().diff_ids();

    for (const auto& layer : layers) {
      CHECK_FALSE(layer.info.name.empty());
      if (layer.info.diff_id) CHECK(*layer.info.diff_id == sha256(layer.bytes));
      if (layer.info.size) CHECK(*layer.info.size == layer.bytes.size());
      if (layer.info.index) CHECK(diff_ids.at(*layer.info.index) == sha256(layer.bytes));
    }
  });
}

TEST_CASE("input contract: the description holds against the config", "[contract]") {
  for_each_input([](ImageInput& input) {
    const auto& description = input.describe();
    static_cast<void>(read_layers(input));
    const auto& config = input.config();

    if (description.config) CHECK(description.config->bytes() == config.bytes());
    if (description.platform) CHECK(*description.platform == config.platform());
    if (!description.layers) return;
    REQUIRE(description.layers->size() == config.diff_ids().size());
    for (std::size_t i = 0; i < config.diff_ids().size(); ++i)
      if (const auto& claimed = description.layers->at(i).diff_id; claimed) CHECK(*claimed == config.diff_ids()[i]);
  });
}

TEST_CASE("input contract: readers that are destroyed before their end do no harm", "[contract]") {
  for_each_input([](ImageInput& input) {
    std::size_t layers = 0;
    while (const auto reader = input.next_layer()) {
      if (++layers % 2 == 0) static_cast<void>(reader->next());
      CHECK(layers < 10);
    }

    CHECK(layers > 0);
    CHECK_FALSE(input.next_layer());
  });
}

TEST_CASE("input contract: as many readers as it allows may be open", "[contract]") {
  for_each_input([](ImageInput& input) {
    REQUIRE(input.max_open_layers() >= 1);
    std::vector<std::unique_ptr<LayerReader>> open;
    const auto most = std::min(4U, input.max_open_layers());
    while (open.size() < most) {
      auto reader = input.next_layer();
      if (!reader) break;
      open.push_back(std::move(reader));
    }

    for (const auto& reader : open) CHECK_FALSE(drain(*reader).empty());
  });
}

TEST_CASE("input contract: after the last layer there is none, as often as one asks", "[contract]") {
  for_each_input([](ImageInput& input) {
    static_cast<void>(read_layers(input));

    CHECK_FALSE(input.next_layer());
    CHECK_FALSE(input.next_layer());
  });
}

TEST_CASE("input contract: a reader at its end stays there", "[contract]") {
  for_each_input([](ImageInput& input) {
    const auto reader = input.next_layer();
    REQUIRE(reader);
    static_cast<void>(drain(*reader));

    CHECK(reader->next().empty());
    CHECK(reader->next().empty());
  });
}

TEST_CASE("input contract: a sound source has no findings", "[contract]") {
  for_each_input([](ImageInput& input) { CHECK_FALSE(input.check_structure().has_errors()); });
}
