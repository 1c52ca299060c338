#include "occy/inputs/tar_stream.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <thread>

#include "occy/error.hpp"
#include "support/archive_builder.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/memory_source.hpp"
#include "support/packed.hpp"

using namespace occy;
using namespace occy::test;

namespace {

TarStreamInput stream_of(std::string archive, const TarInputOptions& options = {}) {
  return {std::make_unique<MemorySource>(std::move(archive)), "standard input", options};
}

/// The failure of reading all of it.
Error failure_of(std::string archive, const TarInputOptions& options = {}) {
  auto input = stream_of(std::move(archive), options);
  return error_of([&] {
    static_cast<void>(read_layers(input));
    static_cast<void>(input.config());
  });
}

}  // namespace

TEST_CASE("tar stream input: layers come in the order of the archive, then the config", "[inputs]") {
  const auto image = small_image();
  auto input = stream_of(saved_archive({image}));

  CHECK(input.describe().source == "standard input");
  CHECK_FALSE(input.describe().layers);
  const auto layers = read_layers(input);

  REQUIRE(layers.size() == 3);
  for (std::size_t i = 0; i < layers.size(); ++i) CHECK(layers[i].bytes == image.layers[i]);
  CHECK(input.config().bytes() == image.config());
  CHECK(input.max_open_layers() == 1);
}

TEST_CASE("tar stream input: a stream that is compressed as a whole is unpacked", "[inputs]") {
  const auto image = small_image();
  const std::string archive = saved_archive({image});
  const auto packed = GENERATE_COPY(gzip(archive), zstd(archive));
  TarStreamInput input(std::make_unique<MemorySource>(packed, 3), "pipe");

  CHECK(read_layers(input).size() == 3);
  CHECK(input.config().bytes() == image.config());
}

TEST_CASE("tar stream input: a compressed stream that is cut is an error", "[inputs]") {
  const std::string packed = gzip(saved_archive({small_image()}));

  CHECK(failure_of(packed.substr(0, packed.size() - 9)).code() == Errc::bad_archive);
}

TEST_CASE("tar stream input: reads from a pipe", "[inputs]") {
  const auto image = small_image();
  std::array<int, 2> ends{};
  REQUIRE(pipe(ends.data()) == 0);
  std::thread writer([&] {
    const std::string archive = saved_archive({image});
    for (std::size_t done = 0; done < archive.size();) {
      const auto written = write(ends[1], archive.data() + done, std::min<std::size_t>(700, archive.size() - done));
      if (written <= 0) break;
      done += static_cast<std::size_t>(written);
    }
    close(ends[1]);
  });
  TarStreamInput input(ends[0], "pipe");

  const auto layers = read_layers(input);

  writer.join();
  close(ends[0]);
  CHECK(layers.size() == 3);
  CHECK(input.config().bytes() == image.config());
}

TEST_CASE("tar stream input: the config of the image that is named", "[inputs]") {
  const auto image = small_image();
  const auto archive = saved_archive({image, small_image("other:2")});
  auto input = stream_of(archive, {.image = *Reference::parse("occy/test:1")});

  CHECK(read_layers(input).size() == 3);
  CHECK(input.config().bytes() == image.config());
  CHECK(failure_of(archive).code() == Errc::unsupported);
  CHECK(failure_of(archive, {.image = *Reference::parse("third:3")}).code() == Errc::not_found);
}

TEST_CASE("tar stream input: a config with another number of layers is refused", "[inputs]") {
  auto members = save({small_image()}, {.dialect = Dialect::occy});
  auto& manifest = member_of(members, "manifest.json").bytes;
  const std::string layer = small_image().diff_ids().front().hex() + "/layer.tar";
  manifest.erase(manifest.find('"' + layer), layer.size() + 3);

  CHECK(failure_of(tar_archive(members)).code() == Errc::bad_archive);
}

TEST_CASE("tar stream input: a layer that comes twice, or is listed for another one, is refused as in a file",
          "[inputs]") {
  auto members = save({small_image()}, {.dialect = Dialect::occy});
  const auto ids = small_image().diff_ids();
  const auto name = [&](std::size_t position) { return ids[position].hex() + "/layer.tar"; };

  SECTION("twice") {
    members.push_back(member_of(members, name(0)));
    CHECK(failure_of(tar_archive(members)).detail().what == "ambiguous");
  }
  SECTION("for another") {
    auto& manifest = member_of(members, "manifest.json").bytes;
    manifest.replace(manifest.find(name(1)), name(1).size(), name(0));
    CHECK(failure_of(tar_archive(members)).code() == Errc::digest_mismatch);
  }
}

TEST_CASE("tar stream input: other forms of archives get a hint", "[inputs]") {
  auto oci = save({small_image()});
  remove_member(oci, "manifest.json");
  auto old = save({small_image()}, {.dialect = Dialect::docker_1_10});
  remove_member(old, "manifest.json");

  CHECK(failure_of(tar_archive(oci)).detail().hint.find("OCI layout") != std::string::npos);
  CHECK(failure_of(tar_archive(old)).detail().hint.find("before 1.10") != std::string::npos);
}

TEST_CASE("tar stream input: an empty pipe is an error that names it", "[inputs]") {
  CHECK(failure_of("").detail().subject == "standard input");
}
