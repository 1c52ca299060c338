#include "occy/outputs/tar.hpp"

#include <algorithm>
#include <filesystem>

#include "occy/error.hpp"
#include "support/catch.hpp"
#include "support/file_size_limit.hpp"
#include "support/tampered_archive.hpp"
#include "support/temp_dir.hpp"
#include "support/write_image.hpp"

using namespace occy;
using namespace occy::test;
namespace fs = std::filesystem;

namespace {

std::string layer_name(const TestImage& image, std::size_t position) {
  return image.config.diff_ids()[position].hex() + "/layer.tar";
}

/// The archive that TarWriter ought to write, put together by hand: `order` are positions in the image.
std::string expected_archive(const TestImage& image, const std::vector<std::size_t>& order,
                             const std::string& repo_tags) {
  std::vector<TarFile> files;
  for (const auto position : order)
    files.push_back({.name = layer_name(image, position), .content = image.layers[position]});
  std::string layers;
  for (std::size_t i = 0; i < image.layers.size(); ++i) layers += (i == 0 ? "\"" : ",\"") + layer_name(image, i) + "\"";
  const auto config = image.config.digest().hex() + ".json";
  files.push_back({.name = config, .content = image.config.bytes()});
  files.push_back(
      {.name = "manifest.json",
       .content = R"([{"Config":")" + config + R"(","RepoTags":)" + repo_tags + R"(,"Layers":[)" + layers + "]}]\n"});
  return make_tar(files);
}

std::string written(const TestImage& image, const MemoryInputOptions& input_options, unsigned threads = 1,
                    TarWriterOptions options = {}) {
  const TempDir directory;
  const auto path = directory.path() / "image.tar";
  MemoryInput input(image, input_options);
  TarWriter writer(path, std::move(options));
  write_image(input, writer, threads);
  return read_file(path);
}

/// Where two archives part; "equal" when they do not. An archive is more than a terminal should show.
std::string comparison(const std::string& found, const std::string& expected) {
  if (found == expected) return "equal";
  const auto at = std::mismatch(found.begin(), found.end(), expected.begin(), expected.end()).first - found.begin();
  return "differ at " + std::to_string(at) + " of " + std::to_string(found.size()) + ", expected " +
         std::to_string(expected.size()) + " bytes";
}

}  // namespace

TEST_CASE("tar output: planned layers lie in manifest order, whatever order they come in", "[outputs]") {
  const auto image = make_usual_image();
  const auto order = GENERATE(std::vector<std::size_t>{}, std::vector<std::size_t>{6, 5, 3, 2, 4, 1, 0});

  const auto bytes = written(image, {.order = order});

  CHECK(comparison(bytes, expected_archive(image, {0, 1, 2, 3, 5, 6}, R"(["occy/test:1"])")) == "equal");
}

TEST_CASE("tar output: layers of unknown size lie in the order in which they come", "[outputs]") {
  const auto image = make_usual_image();
  const auto knowledge = GENERATE(Knowledge::no_sizes, Knowledge::nothing);
  const auto repeats = GENERATE(Repeats::once, Repeats::every_time);

  const auto bytes = written(image, {.knowledge = knowledge, .repeats = repeats, .order = {6, 5, 3, 2, 4, 1, 0}}, 8,
                             {.names = std::vector{Reference::parse("occy/test:1").value()}});

  CHECK(comparison(bytes, expected_archive(image, {6, 5, 3, 2, 1, 0}, R"(["occy/test:1"])")) == "equal");
}

TEST_CASE("tar output: the bytes do not depend on the number of threads", "[outputs]") {
  const auto image = make_usual_image();
  const auto first = written(image, {}, 1);

  for (int run = 0; run < 20; ++run)
    CHECK(comparison(written(image, {.block_size = 4096}, run % 4 == 0 ? 1 : 8), first) == "equal");
}

TEST_CASE("tar output: a layer that is written back to disk while it grows", "[outputs]") {
  const std::size_t size = (std::size_t{17} << 20U) + 3;
  const auto image = make_image({make_tar({{.name = "big", .content = std::string(size, 'x')}})});

  CHECK(comparison(written(image, {}), expected_archive(image, {0}, R"(["occy/test:1"])")) == "equal");
}

TEST_CASE("tar output: an image without layers, and one without names", "[outputs]") {
  const auto image = make_image({}, {});

  CHECK(comparison(written(image, {}), expected_archive(image, {}, "null")) == "equal");
}

TEST_CASE("tar output: names are written with a tag, without a digest, and once", "[outputs]") {
  const auto digest = "@sha256:" + std::string(64, 'a');
  const auto image = make_image({random_layer(1, 10)},
                                {"debian", "localhost:5000/a/b:1", "debian:latest", "c:2" + digest, "d" + digest});

  const auto bytes = written(image, {});

  CHECK(comparison(bytes, expected_archive(image, {0}, R"(["debian:latest","localhost:5000/a/b:1","c:2"])")) ==
        "equal");
}

TEST_CASE("tar output: an empty list of names means none", "[outputs]") {
  const auto image = make_usual_image();

  const auto bytes = written(image, {}, 1, {.names = std::vector<Reference>{}});

  CHECK(comparison(bytes, expected_archive(image, {0, 1, 2, 3, 5, 6}, "null")) == "equal");
}

TEST_CASE("tar output: a digest in an asked-for name is refused before anything is written", "[outputs]") {
  const TempDir directory;
  const auto name = Reference::parse("a@sha256:" + std::string(64, 'a')).value();
  TarWriter writer(directory.path() / "image.tar", {.names = std::vector{name}});

  CHECK_THROWS_AS(writer.begin({.source = "memory"}), Error);
  CHECK(fs::is_empty(directory.path()));
}

TEST_CASE("tar output: a discarded layer leaves no byte, not even in the padding", "[outputs]") {
  const TempDir directory;
  const auto path = directory.path() / "image.tar";
  const auto image = make_image({make_tar({}), "odd" + random_layer(1, 5000)});
  const auto knowledge = GENERATE(Knowledge::everything, Knowledge::no_sizes);
  MemoryInput input(image, {.knowledge = knowledge});
  TarWriter writer(path);
  writer.begin(input.describe());

  for (const auto& info : *input.describe().layers) {
    const std::string noise(info.size.value_or(90'000), '\xff');
    writer.put_layer(info)->write(std::as_bytes(std::span(noise)));
  }
  write_layers(input, writer);
  writer.put_config(input.config());
  writer.finalize();

  CHECK(comparison(read_file(path), expected_archive(image, {0, 1}, R"(["occy/test:1"])")) == "equal");
  CHECK_FALSE(writer.verify(VerifyLevel::standard).has_errors());
}

TEST_CASE("tar output: a layer that is longer than announced is stopped at its place's end", "[outputs]") {
  const TempDir directory;
  MemoryInput input(make_usual_image(), {.faults = {{2, Fault::longer}}});
  TarWriter writer(directory.path() / "image.tar");

  CHECK_THROWS_AS(write_image(input, writer), Error);
}

TEST_CASE("tar output: a commit that does not say what was written is refused", "[outputs]") {
  const TempDir directory;
  const auto layer = random_layer(1, 100);
  const auto image = make_image({layer});
  MemoryInput input(image);
  TarWriter writer(directory.path() / "image.tar");
  writer.begin(input.describe());
  const auto sink = writer.put_layer(input.describe().layers->front());
  sink->write(std::as_bytes(std::span(layer)));

  CHECK_THROWS_AS(sink->commit({.diff_id = sha256(layer), .size = layer.size() - 1}), Error);
  CHECK_THROWS_AS(sink->commit({.diff_id = sha256("other"), .size = layer.size()}), Error);
  CHECK_THROWS_AS(writer.put_config(image.config), Error);
}

TEST_CASE("tar output: a planned layer that never came is missed, also when the config does not list it", "[outputs]") {
  const TempDir directory;
  const auto announced = make_image({random_layer(1, 100), random_layer(2, 100)});
  MemoryInput input(announced);
  TarWriter writer(directory.path() / "image.tar");
  writer.begin(input.describe());
  write_layer(writer, input.describe().layers->back(), announced.layers.back());

  CHECK_THROWS_AS(writer.put_config(make_image({announced.layers.back()}).config), Error);
}

TEST_CASE("tar output: a missing directory is found before a layer is asked for", "[outputs]") {
  const TempDir directory;
  TarWriter writer(directory.path() / "missing" / "image.tar");

  CHECK_THROWS_AS(writer.begin({.source = "memory"}), Error);
}

TEST_CASE("tar output: a disk that is full at any place leaves nothing behind", "[outputs]") {
  const TempDir directory;
  const auto image = make_image({random_layer(1, 3000), random_layer(2, 100)});
  const auto knowledge = GENERATE(Knowledge::everything, Knowledge::no_sizes);
  const auto whole = written(image, {.knowledge = knowledge}).size();

  for (std::uint64_t room = 0; room < whole; room += 512) {
    INFO("room for " << room << " of " << whole << " bytes");
    {
      const FileSizeLimit limit(room);
      MemoryInput input(image, {.knowledge = knowledge});
      TarWriter writer(directory / "image.tar");
      CHECK_THROWS_AS(write_image(input, writer), Error);
    }
    CHECK(directory.names().empty());
  }
}

TEST_CASE("tar output: a name that is taken before the end is refused by finalize, and nothing else is left",
          "[outputs]") {
  const TempDir directory;
  const auto image = make_usual_image();
  MemoryInput input(image);
  TarWriter writer(directory / "image.tar");
  writer.begin(input.describe());
  write_layers(input, writer);
  writer.put_config(image.config);
  fs::create_directories(directory / "image.tar" / "something");

  CHECK_THROWS_AS(writer.finalize(), Error);
  CHECK(directory.names() == std::vector<std::string>{"image.tar"});
  CHECK(writer.verify().find("verify.tarball") != nullptr);
}

TEST_CASE("tar output: verify before finalize is an error, not a proof", "[outputs]") {
  const TempDir directory;
  const auto image = make_usual_image();
  MemoryInput input(image);
  TarWriter writer(directory.path() / "image.tar");
  CHECK(writer.verify().has_errors());
  writer.begin(input.describe());
  write_layers(input, writer);
  writer.put_config(image.config);

  CHECK(writer.verify().find("verify.tarball") != nullptr);
}
