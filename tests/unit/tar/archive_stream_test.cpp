#include "tar/archive_stream.hpp"

#include "occy/error.hpp"
#include "support/archive_builder.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/memory_source.hpp"

using namespace occy;
using namespace occy::test;
using occy::tar::ArchiveStream;

namespace {

ArchiveStream stream_of(std::string archive, std::size_t block_size = 4096, const Limits& limits = {}) {
  return {std::make_unique<MemorySource>(std::move(archive), block_size), "pipe", limits};
}

std::vector<std::string> layers_of(ArchiveStream& stream) {
  std::vector<std::string> layers;
  while (const auto layer = stream.next_layer()) layers.push_back(drain(*layer));
  return layers;
}

/// The failure of reading all of it.
Error failure_of(std::string archive, const Limits& limits = {}) {
  auto stream = stream_of(std::move(archive), 4096, limits);
  return error_of([&] {
    static_cast<void>(layers_of(stream));
    static_cast<void>(stream.config(stream.images().front()));
  });
}

}  // namespace

TEST_CASE("archive stream: layers pass, documents are held, in any order and any block size", "[tar]") {
  const auto place = GENERATE(Place::first, Place::middle, Place::last);
  const auto dialect = GENERATE(Dialect::docker_1_10, Dialect::docker_25, Dialect::podman, Dialect::occy);
  const auto block_size = GENERATE(std::size_t{1}, std::size_t{511}, std::size_t{4096}, std::size_t{1} << 20U);
  const auto image = small_image();
  auto stream = stream_of(saved_archive({image}, {.dialect = dialect, .manifest = place}), block_size);

  const auto layers = layers_of(stream);

  CHECK(layers == image.layers);
  REQUIRE(stream.images().size() == 1);
  CHECK(stream.config(stream.images().front()).bytes() == image.config());
}

TEST_CASE("archive stream: compressed layers are known by their bytes and have no size", "[tar]") {
  const auto compression = GENERATE(Compression::gzip, Compression::zstd);
  auto stream = stream_of(saved_archive({small_image()}, {.compression = compression}));

  const auto layer = stream.next_layer();

  REQUIRE(layer);
  CHECK(layer->info().compression == compression);
  CHECK_FALSE(layer->info().size);
  REQUIRE(layer->info().stored);
  CHECK(sha256(drain(*layer)) == layer->info().stored->digest);
}

TEST_CASE("archive stream: a layer says what is known of it", "[tar]") {
  const auto image = small_image();
  auto stream = stream_of(saved_archive({image}, {.dialect = Dialect::podman}));

  const auto layer = stream.next_layer();

  REQUIRE(layer);
  CHECK(layer->info().size == image.layers.front().size());
  CHECK_FALSE(layer->info().index);
  CHECK_FALSE(layer->info().diff_id);
  CHECK_FALSE(layer->info().stored);
  CHECK(layer->info().name == "pipe: " + image.diff_ids().front().hex() + ".tar");
}

TEST_CASE("archive stream: a layer of nothing but zeros is a layer", "[tar]") {
  const SavedImage image{.name = "a:1", .layers = {std::string(1024, '\0'), small_layer("x")}};
  auto stream = stream_of(saved_archive({image}));

  CHECK(layers_of(stream) == image.layers);
}

TEST_CASE("archive stream: what was not read of a layer is skipped", "[tar]") {
  auto stream = stream_of(saved_archive({small_image()}), 100);
  std::size_t layers = 0;

  while (const auto layer = stream.next_layer())
    if (++layers == 2) static_cast<void>(layer->next());

  CHECK(layers == 3);
  CHECK(stream.config(stream.images().front()).diff_ids().size() == 3);
}

TEST_CASE("archive stream: an archive that is cut anywhere is an error", "[tar]") {
  const std::string archive = saved_archive({small_image()}, {.dialect = Dialect::occy});
  const auto size = GENERATE_COPY(range(std::size_t{0}, archive.size(), std::size_t{256}));

  const Error error = failure_of(archive.substr(0, size));

  CHECK(error.code() == Errc::bad_archive);
  CHECK(error.side() == Side::input);
}

TEST_CASE("archive stream: bytes behind the end of the archive are read and ignored", "[tar]") {
  auto stream = stream_of(saved_archive({small_image()}) + std::string(9000, 'x'));

  CHECK(layers_of(stream).size() == 3);
  CHECK_FALSE(stream.next_layer());
}

TEST_CASE("archive stream: an empty stream and random bytes are no archive", "[tar]") {
  CHECK(std::string(failure_of("").what()).find("not a tar archive") != std::string::npos);
  CHECK(std::string(failure_of(std::string(2000, 'x')).what()).find("not a tar archive") != std::string::npos);
}

TEST_CASE("archive stream: manifest.json must be there once, be small, and parse", "[tar]") {
  auto members = save({small_image()});
  const auto manifest = member_of(members, "manifest.json");

  SECTION("missing") { remove_member(members, "manifest.json"); }
  SECTION("twice") { members.push_back(manifest); }
  SECTION("null") { member_of(members, "manifest.json").bytes = "null"; }
  SECTION("empty") { member_of(members, "manifest.json").bytes = ""; }
  SECTION("no text") { member_of(members, "manifest.json").bytes = "\x1f\x8b\x08\xff\xff"; }

  CHECK(failure_of(tar_archive(members)).code() == Errc::bad_archive);
}

TEST_CASE("archive stream: a manifest.json beyond the cap is refused before it is read", "[tar]") {
  std::string archive = tar_member({.name = "manifest.json", .declared_size = 100'000'000});

  CHECK(failure_of(archive + std::string(1024, ' ')).code() == Errc::limit);
}

TEST_CASE("archive stream: the documents that are held have a cap together", "[tar]") {
  Limits limits;
  limits.held_document_bytes = 700;

  CHECK(failure_of(saved_archive({small_image()}, {.dialect = Dialect::docker_1_10}), limits).code() == Errc::limit);
}

TEST_CASE("archive stream: the names that are held count too", "[tar]") {
  auto members = save({small_image()});
  const auto bytes = GENERATE(std::string("{}"), small_layer("x"));
  for (char letter = 'a'; letter < 'e'; ++letter)
    members.push_back({.name = std::string(600'000, letter), .bytes = bytes, .form = NameForm::gnu});
  Limits limits;
  limits.held_document_bytes = 2'000'000;

  CHECK(failure_of(tar_archive(members), limits).code() == Errc::limit);
}

TEST_CASE("archive stream: members are counted", "[tar]") {
  Limits limits;
  limits.archive_entries = 3;

  CHECK(failure_of(saved_archive({small_image()}), limits).code() == Errc::limit);
}

TEST_CASE("archive stream: the config must be there once and be what its name promises", "[tar]") {
  auto members = save({small_image()}, {.dialect = Dialect::occy});
  const std::string name = name_ending(members, ".json");

  SECTION("missing") {
    remove_member(members, name);
    CHECK(failure_of(tar_archive(members)).code() == Errc::not_found);
  }
  SECTION("twice") {
    members.push_back(member_of(members, name));
    CHECK(failure_of(tar_archive(members)).code() == Errc::bad_archive);
  }
  SECTION("other bytes") {
    member_of(members, name).bytes += " ";
    CHECK(failure_of(tar_archive(members)).code() == Errc::digest_mismatch);
  }
}

TEST_CASE("archive stream: errors name the archive and the member", "[tar]") {
  auto members = save({small_image()}, {.dialect = Dialect::occy});
  const std::string name = name_ending(members, ".json");
  member_of(members, name).bytes += " ";

  CHECK(failure_of(tar_archive(members)).detail().subject == "pipe: " + name);
}

TEST_CASE("archive stream: the error about a cut archive says what was to come and where it ended", "[tar]") {
  const auto archive = saved_archive({small_image()}, {.dialect = Dialect::podman});

  const Error error = failure_of(archive.substr(0, 700));

  CHECK(error.detail().expected == "the rest of " + small_image().diff_ids().front().hex() + ".tar");
  CHECK(error.detail().found == "its end at byte 700");
}
