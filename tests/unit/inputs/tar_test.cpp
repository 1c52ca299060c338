#include "occy/inputs/tar.hpp"

#include <algorithm>
#include <fstream>

#include "occy/error.hpp"
#include "support/archive_builder.hpp"
#include "support/catch.hpp"
#include "support/memory_source.hpp"
#include "support/temp_dir.hpp"
#include "support/test_data.hpp"

using namespace occy;
using namespace occy::test;

namespace {

std::vector<std::filesystem::path> recorded_archives() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(test_data() / "docker-api"))
    if (entry.path().extension() == ".tar") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// Everything that describe() promised is held against the bytes.
void expect_proved(TarInput& input) {
  const auto& description = input.describe();
  REQUIRE(description.config);
  REQUIRE(description.layers);
  CHECK(description.layers->size() == description.config->diff_ids().size());
  for (const auto& layer : read_layers(input)) {
    REQUIRE(layer.info.diff_id);
    CHECK(sha256(layer.bytes) == *layer.info.diff_id);
    if (layer.info.size) CHECK(*layer.info.size == layer.bytes.size());
  }
  CHECK(input.config().bytes() == description.config->bytes());
}

}  // namespace

TEST_CASE("tar input: every dialect, place of manifest.json and form of names gives the same image", "[inputs]") {
  const auto dialect = GENERATE(Dialect::docker_1_10, Dialect::docker_25, Dialect::podman, Dialect::occy);
  const auto place = GENERATE(Place::first, Place::middle, Place::last);
  const auto names = GENERATE(NameForm::ustar, NameForm::pax, NameForm::gnu);
  const auto prefix = GENERATE(std::string(), std::string("./"));
  const TempDir directory;
  const auto image = small_image();
  const SaveForm form{.dialect = dialect, .manifest = place, .names = names, .prefix = prefix};
  TarInput input(write_file(directory / "image.tar", saved_archive({image}, form)));

  const auto& description = input.describe();
  const auto layers = read_layers(input);

  CHECK(input.check_structure().findings().empty());
  CHECK(description.config->bytes() == image.config());
  CHECK(description.id == sha256(image.config()));
  CHECK(description.platform == Platform{.os = "linux", .architecture = "amd64"});
  CHECK(description.created == "2023-11-14T22:13:20Z");
  REQUIRE(description.references.size() == 1);
  CHECK(description.references.front().str() == "occy/test:1");
  REQUIRE(layers.size() == 3);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    CHECK(layers[i].bytes == image.layers[i]);
    CHECK(layers[i].info.index == i);
    CHECK(layers[i].info.diff_id == image.diff_ids()[i]);
    CHECK(layers[i].info.size == image.layers[i].size());
  }
}

TEST_CASE("tar input: layers may be gzip or zstd", "[inputs]") {
  const auto compression = GENERATE(Compression::gzip, Compression::zstd);
  const TempDir directory;
  const auto image = small_image();
  TarInput input(write_file(directory / "image.tar", saved_archive({image}, {.compression = compression})));

  expect_proved(input);

  for (const auto& layer : *input.describe().layers) {
    CHECK(layer.compression == compression);
    CHECK_FALSE(layer.size);
    REQUIRE(layer.stored);
    CHECK(layer.stored->digest != *layer.diff_id);
  }
}

TEST_CASE("tar input: every archive that an engine exported is read and proved", "[inputs]") {
  std::size_t archives = 0;
  for (const auto& path : recorded_archives()) {
    CAPTURE(path);
    ++archives;
    TarInputOptions options;
    if (path.filename() == "export-2.tar") options.image = *Reference::parse("registry.example:5000/occy/test:1");
    TarInput input(path, options);

    CHECK(input.check_structure().findings().empty());
    expect_proved(input);
  }
  CHECK(archives == 39);
}

TEST_CASE("tar input: of several images the one that is named is read", "[inputs]") {
  const TempDir directory;
  auto other = small_image("other/name:2");
  other.layers = {small_layer("base"), small_layer("two")};
  const auto path = write_file(directory / "image.tar", saved_archive({small_image(), other}));
  TarInput input(path, {.image = *Reference::parse("docker.io/other/name:2")});

  expect_proved(input);
  CHECK(input.config().bytes() == other.config());
}

TEST_CASE("tar input: of several images none is guessed", "[inputs]") {
  const TempDir directory;
  auto other = small_image("other/name:2");
  const auto path = write_file(directory / "image.tar", saved_archive({small_image(), other}));
  TarInput input(path);

  try {
    static_cast<void>(input.describe());
    FAIL("an image was chosen");
  } catch (const Error& error) {
    CHECK(std::string(error.what()).find("occy/test:1, other/name:2") != std::string::npos);
    CHECK_FALSE(error.detail().hint.empty());
  }
}

TEST_CASE("tar input: a layer that is listed twice comes once, and is described twice", "[inputs]") {
  const auto dialect = GENERATE(Dialect::docker_1_10, Dialect::docker_25, Dialect::podman, Dialect::occy);
  const TempDir directory;
  const SavedImage image{.name = "a:1", .layers = {small_layer("one"), small_layer("two"), small_layer("one")}};
  TarInput input(write_file(directory / "image.tar", saved_archive({image}, {.dialect = dialect})));

  const auto& described = *input.describe().layers;
  const auto layers = read_layers(input);

  REQUIRE(described.size() == 3);
  CHECK(described[2].diff_id == described[0].diff_id);
  CHECK(described[2].index == 0);
  REQUIRE(layers.size() == 2);
  CHECK(layers[0].info.index == 0);
  CHECK(layers[1].info.index == 1);
}

TEST_CASE("tar input: two members with one diff_id are one layer", "[inputs]") {
  const TempDir directory;
  const SavedImage image{.name = "a:1", .layers = {small_layer("one"), small_layer("one")}};
  auto members = save({image}, {.dialect = Dialect::docker_1_10});
  for (auto& member : members)
    if (member.type == '2') member = {.name = member.name, .bytes = image.layers.front()};
  TarInput input(write_file(directory / "image.tar", tar_archive(members)));

  expect_proved(input);
  CHECK(input.describe().layers->size() == 2);
}

TEST_CASE("tar input: links are followed whether they stand before or after their target", "[inputs]") {
  const auto type = GENERATE('1', '2');
  const auto before = GENERATE(true, false);
  const TempDir directory;
  const auto image = small_image();
  auto members = save({image}, {.dialect = Dialect::occy});
  const std::string name = image.diff_ids().front().hex() + "/layer.tar";
  member_of(members, name).name = "real.tar";
  const TarMember link{.name = name, .type = type, .link = type == '1' ? "real.tar" : "../real.tar"};
  members.insert(before ? members.begin() : members.end(), link);
  TarInput input(write_file(directory / "image.tar", tar_archive(members)));

  expect_proved(input);
}

TEST_CASE("tar input: the digest in a blob's name is what its stored bytes promise to be", "[inputs]") {
  const TempDir directory;
  TarInput oci(write_file(directory / "oci.tar", saved_archive({small_image()}, {.dialect = Dialect::docker_25})));
  TarInput old(write_file(directory / "old.tar", saved_archive({small_image()}, {.dialect = Dialect::docker_1_10})));

  CHECK(oci.describe().layers->front().stored->digest == oci.describe().layers->front().diff_id);
  CHECK_FALSE(old.describe().layers->front().stored);
}

TEST_CASE("tar input: a file that changes while it is read is an error", "[inputs]") {
  const TempDir directory;
  const auto path = write_file(directory / "image.tar", saved_archive({small_image()}));
  TarInput input(path);
  const auto layer = input.next_layer();
  std::ofstream(path, std::ios::app | std::ios::binary) << "more";

  CHECK_THROWS_AS(drain(*layer), Error);
  CHECK_THROWS_AS(input.config(), Error);
}

TEST_CASE("tar input: readers of one archive do not disturb each other", "[inputs]") {
  const TempDir directory;
  const auto image = small_image();
  TarInput input(write_file(directory / "image.tar", saved_archive({image})));
  const auto first = input.next_layer();
  const auto second = input.next_layer();

  CHECK(input.max_open_layers() > 1);
  CHECK(drain(*second) == image.layers[1]);
  CHECK(drain(*first) == image.layers[0]);
}
