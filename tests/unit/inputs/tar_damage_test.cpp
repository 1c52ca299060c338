// Archives that are cut or changed byte by byte: never a crash, never silence.
#include "occy/error.hpp"
#include "occy/inputs/tar.hpp"
#include "occy/inputs/tar_stream.hpp"
#include "support/archive_builder.hpp"
#include "support/catch.hpp"
#include "support/memory_source.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using namespace occy::test;

namespace {

/// What came out of an archive: each layer's digest and the config, or nothing when it was refused.
using Outcome = std::optional<std::vector<Digest>>;

Outcome read_image(ImageInput& input) {
  try {
    std::vector<Digest> digests;
    static_cast<void>(input.describe());
    for (const auto& layer : read_layers(input)) digests.push_back(sha256(layer.bytes));
    digests.push_back(input.config().digest());
    return digests;
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// A file of its own each time: file systems flush a file that is truncated and written again, thousands of times.
std::filesystem::path fresh_file(const TempDir& directory, const std::string& bytes) {
  std::filesystem::remove(directory / "image.tar");
  return write_file(directory / "image.tar", bytes);
}

std::vector<Digest> expected_of(const SavedImage& image) {
  auto digests = image.diff_ids();
  digests.push_back(sha256(image.config()));
  return digests;
}

}  // namespace

TEST_CASE("damage: an archive that is cut at any block is an error and a finding", "[inputs]") {
  const TempDir directory;
  const auto dialect = GENERATE(Dialect::docker_1_10, Dialect::docker_25, Dialect::occy);
  const std::string archive = saved_archive({small_image()}, {.dialect = dialect});

  for (std::size_t size = 0; size < archive.size(); size += 512) {
    CAPTURE(size);
    TarInput input(fresh_file(directory, archive.substr(0, size)));
    CHECK(input.check_structure().has_errors());
    CHECK_THROWS_AS(input.describe(), Error);
    CHECK_NOTHROW(read_layers(input));
    TarStreamInput stream(std::make_unique<MemorySource>(archive.substr(0, size)), "pipe");
    CHECK_FALSE(read_image(stream));
  }
}

TEST_CASE("damage: a header with one changed byte gives the same image or an error", "[inputs]") {
  const TempDir directory;
  const auto image = small_image();
  const auto members = save({image}, {.dialect = Dialect::occy});
  std::size_t offset = 0;
  std::size_t refused = 0;
  std::string archive = tar_archive(members);

  for (const auto& member : members) {
    for (std::size_t i = 0; i < 512; ++i) {
      std::string changed = archive;
      changed[offset + i] = static_cast<char>(changed[offset + i] ^ 0x41);
      TarInput input(fresh_file(directory, changed));
      const bool errors = input.check_structure().has_errors();
      const auto outcome = read_image(input);
      CHECK(errors == !outcome);
      if (outcome) CHECK(*outcome == expected_of(image));
      if (!outcome) ++refused;
    }
    offset += tar_member(member).size();
  }
  CHECK(refused > 0);
}

TEST_CASE("damage: a header with one changed byte and a right checksum does not change the image", "[inputs]") {
  const TempDir directory;
  const auto image = small_image();
  const auto members = save({image}, {.dialect = Dialect::occy});
  const std::string archive = tar_archive(members);
  std::size_t offset = 0;

  for (const auto& member : members) {
    for (std::size_t i = 0; i < 512; i += 3) {
      for (const char mask : {'\x01', '\x80', '\x7f'}) {
        std::string changed = archive;
        changed[offset + i] = static_cast<char>(changed[offset + i] ^ mask);
        repair_checksum(changed, offset);
        CAPTURE(member.name, i, static_cast<int>(mask));
        TarInput input(fresh_file(directory, changed));
        const auto outcome = read_image(input);
        if (outcome) CHECK(*outcome == expected_of(image));
        TarStreamInput stream(std::make_unique<MemorySource>(changed), "pipe");
        CHECK_NOTHROW(read_image(stream));
      }
    }
    offset += tar_member(member).size();
  }
}

TEST_CASE("damage: sizes that are negative, huge or in base-256 are refused", "[inputs]") {
  const TempDir directory;
  const auto size = GENERATE(std::string("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12),
                             std::string("\x80\x00\x00\x00\x7f\xff\xff\xff\xff\xff\xff\xff", 12),
                             std::string("\x80\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00", 12),
                             std::string("77777777777\0", 12), std::string("-0000000001\0", 12));
  std::string archive = saved_archive({small_image()}, {.dialect = Dialect::occy});
  archive.replace(124, 12, size);
  repair_checksum(archive, 0);
  TarInput input(fresh_file(directory, archive));
  TarStreamInput stream(std::make_unique<MemorySource>(archive), "pipe");

  CHECK(input.check_structure().find("archive") != nullptr);
  CHECK_FALSE(read_image(input));
  CHECK_FALSE(read_image(stream));
}

TEST_CASE("damage: a layer of changed bytes comes as it is, for the pump to find", "[inputs]") {
  const TempDir directory;
  const auto image = small_image();
  auto members = save({image}, {.dialect = Dialect::occy});
  member_of(members, image.diff_ids()[1].hex() + "/layer.tar").bytes[600] ^= 1;
  TarInput input(fresh_file(directory, tar_archive(members)));

  const auto outcome = read_image(input);

  REQUIRE(outcome);
  CHECK(outcome->at(0) == image.diff_ids()[0]);
  CHECK(outcome->at(1) != image.diff_ids()[1]);
}
