// Packed layers that are unpacked side by side into one archive: by hints at their sizes, right and wrong ones.
#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "occy/error.hpp"
#include "occy/inputs/tar.hpp"
#include "occy/outputs/tar.hpp"
#include "occy/process.hpp"
#include "support/archive_builder.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/memory_input.hpp"
#include "support/packed.hpp"
#include "support/temp_dir.hpp"

namespace occy::test {
namespace {

namespace fs = std::filesystem;

using Hints = std::map<std::size_t, std::uint64_t>;

TestImage image_of_some_layers() {
  std::vector<std::string> layers;
  for (std::uint32_t i = 0; i < 12; ++i) layers.push_back(random_layer(i, std::size_t{50'000} * (i % 4) + i));
  layers.push_back(layers.front());
  return make_image(std::move(layers));
}

Hints right_hints(const TestImage& image) {
  Hints hints;
  for (std::size_t i = 0; i < image.layers.size(); ++i) hints.emplace(i, image.layers[i].size());
  return hints;
}

/// The archive that comes of it: the only file that is left, and verified.
std::string written(ImageInput& input, unsigned jobs) {
  const TempDir directory;
  TarWriter output(directory / "image.tar");
  const auto report = process(input, output, {.verify = VerifyLevel::full, .jobs = jobs});
  CHECK(report.outcome() == ProcessReport::Outcome::verified);
  CHECK(directory.names() == std::vector<std::string>{"image.tar"});
  return read_file(directory / "image.tar");
}

std::string written(const TestImage& image, const Hints& hints, unsigned jobs) {
  MemoryInput input(image, {.compression = Compression::gzip, .hints = hints});
  return written(input, jobs);
}

/// An archive whose layers are packed so.
fs::path archive_of(const TempDir& directory, const std::function<std::string(const std::string&)>& packed) {
  const SavedImage image{.name = "occy/test:1", .layers = image_of_some_layers().layers};
  auto members = save({image}, {.dialect = Dialect::occy});
  for (const std::string& layer : image.layers)
    member_of(members, sha256(layer).hex() + "/layer.tar").bytes = packed(layer);
  return write_file(directory / "packed.tar", tar_archive(members));
}

class StopAtFirstByte final : public Progress {
 public:
  void layer_advanced(std::size_t, std::uint64_t) override { stop.request_stop(); }

  std::stop_source stop;
};

}  // namespace

TEST_CASE("size hints: right ones change nothing but the time", "[flow][process]") {
  const TestImage image = image_of_some_layers();
  const std::string alone = written(image, {}, 1);

  for (int run = 0; run < 5; ++run) CHECK((written(image, right_hints(image), 8) == alone));
}

TEST_CASE("size hints: wrong and missing ones do not change a byte", "[flow][process]") {
  const TestImage image = image_of_some_layers();
  const std::string alone = written(image, {}, 1);
  Hints hints = right_hints(image);
  const auto wrong = GENERATE(std::vector<std::size_t>{0}, std::vector<std::size_t>{3, 4, 7},
                              std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
  const auto kind = GENERATE(0, 1, 2, 3);
  for (const std::size_t position : wrong) {
    std::uint64_t& hint = hints.at(position);
    if (kind == 0) hint = 0;
    if (kind == 1) hint -= hint / 2 + 1;
    if (kind == 2) hint += position % 2 == 0 ? 1'000'000 : 1;
    if (kind == 3) hints.erase(position);
  }

  CHECK((written(image, hints, 8) == alone));
  CHECK((written(image, hints, 2) == alone));
}

TEST_CASE("size hints: what gzip says at its end, of one member and of several", "[flow][process]") {
  const TempDir directory;
  const auto in_two = [](const std::string& layer) {
    return gzip(layer.substr(0, layer.size() / 4)) + gzip(layer.substr(layer.size() / 4));
  };
  const auto with_footer = [](const std::string& layer) { return gzip(layer) + gzip(""); };
  const auto path =
      archive_of(directory, GENERATE_COPY(std::function<std::string(const std::string&)>(gzip), in_two, with_footer));
  TarInput input(path);
  const std::string alone = written(input, 1);

  for (const unsigned jobs : {2U, 8U}) {
    TarInput again(path);
    CHECK((written(again, jobs) == alone));
  }
}

TEST_CASE("size hints: a layer that fails lets those go that wait for it", "[flow][process]") {
  const TestImage image = image_of_some_layers();
  const auto hints = GENERATE_COPY(Hints{}, right_hints(image));
  const TempDir directory;
  {
    MemoryInput input(image, {.compression = Compression::gzip, .hints = hints, .faults = {{1, Fault::failing}}});
    TarWriter output(directory / "image.tar");
    CHECK(error_of([&] { (void)process(input, output, {.jobs = 8}); }).code() == Errc::io);
  }
  CHECK(directory.names().empty());
}

TEST_CASE("size hints: a stop request lets those go that wait", "[flow][process]") {
  const TestImage image = image_of_some_layers();
  const TempDir directory;
  {
    StopAtFirstByte progress;
    MemoryInput input(image, {.compression = Compression::gzip});
    TarWriter output(directory / "image.tar");
    const ProcessOptions options{.jobs = 8, .progress = &progress, .stop = progress.stop.get_token()};
    CHECK(error_of([&] { (void)process(input, output, options); }).code() == Errc::cancelled);
  }
  CHECK(directory.names().empty());
}

}  // namespace occy::test
