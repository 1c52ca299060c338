#include "tar/encoder.hpp"

#include <string>

#include "occy/error.hpp"
#include "support/catch.hpp"
#include "support/raw_tar.hpp"

using namespace occy;
using namespace occy::tar;
using namespace std::string_literals;

namespace {

// What the walker reads of the encoder's blocks, with the data's place taken off.
Entry read_back(const Entry& entry) {
  auto blocks = encode_header(entry);
  blocks.resize(blocks.size() + padded(entry.stored_size) + kEndOfArchive.size());
  auto walked = test::walk(blocks);
  INFO((walked.error ? walked.error->message : ""));
  REQUIRE_FALSE(walked.error.has_value());
  REQUIRE(walked.entries.size() == 1);
  return walked.entries[0];
}

void check_round_trip(const Entry& entry) {
  const Entry back = read_back(entry);
  CHECK(back.path == entry.path);
  CHECK(back.type == entry.type);
  CHECK(back.link == entry.link);
  CHECK(back.stored_size == entry.stored_size);
  CHECK(back.mode == entry.mode);
  CHECK(back.uid == entry.uid);
  CHECK(back.gid == entry.gid);
  CHECK(back.user_name == entry.user_name);
  CHECK(back.group_name == entry.group_name);
  CHECK(back.mtime == entry.mtime);
  CHECK(back.device_major == entry.device_major);
  CHECK(back.device_minor == entry.device_minor);
  CHECK(back.records == entry.records);
}

std::string repeat(std::string_view text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("encoder: paths of every length and shape come back", "[tar]") {
  const auto path =
      GENERATE("a"s, std::string(100, 'n'), std::string(101, 'n'), repeat("d/", 78) + "name",
               std::string(155, 'p') + "/" + std::string(100, 'n'), std::string(156, 'p') + "/" + std::string(100, 'n'),
               std::string(155, 'p') + "/" + std::string(101, 'n'), "größe/文件/🦀"s, "/" + std::string(120, 'n'),
               std::string(5000, 'x'), "\xff\xfe\n\t"s, std::string(99, 'a') + "/" + std::string(120, 'b'));

  check_round_trip({.path = path});
}

TEST_CASE("encoder: directories of every length keep their slash", "[tar]") {
  for (std::size_t length = 90; length < 270; ++length) {
    INFO(length);
    check_round_trip({.path = std::string(length, 'd') + "/", .type = EntryType::directory});
    check_round_trip({.path = repeat("dir/", static_cast<int>(length) / 4), .type = EntryType::directory});
  }
}

TEST_CASE("encoder: every type and its fields come back", "[tar]") {
  check_round_trip({.path = "l", .type = EntryType::symbolic_link, .link = std::string(100, 't')});
  check_round_trip({.path = "l", .type = EntryType::symbolic_link, .link = std::string(101, 't')});
  check_round_trip({.path = "l", .type = EntryType::hard_link, .link = "größe"});
  check_round_trip({.path = "f", .type = EntryType::fifo});
  check_round_trip({.path = "d", .type = EntryType::block_device, .device_major = 8, .device_minor = 1});
  check_round_trip({.path = "d", .type = EntryType::character_device, .device_minor = 3'000'000});
  check_round_trip({.path = "o", .type = EntryType::other, .type_byte = '9', .stored_size = 5});
}

TEST_CASE("encoder: numbers and names that do not fit a field come back", "[tar]") {
  check_round_trip({.path = "a", .mode = 07777, .uid = 2'097'151, .gid = 2'097'152});
  check_round_trip({.path = "a", .mode = 0100644, .uid = -1, .gid = 4'294'967'294});
  check_round_trip({.path = "a", .user_name = std::string(31, 'u'), .group_name = std::string(32, 'g')});
  check_round_trip({.path = "a", .stored_size = 12345});
}

TEST_CASE("encoder: times with a fraction, before 1970 and far away come back", "[tar]") {
  const auto time =
      GENERATE(Time{0, 0}, Time{1'700'000'000, 1}, Time{1'700'000'000, 120'000'000}, Time{-1, 0}, Time{-1, 999'999'999},
               Time{-2, 750'000'000}, Time{8'589'934'591, 0}, Time{8'589'934'592, 0}, Time{-62'135'596'800, 0});

  check_round_trip({.path = "a", .mtime = time});
}

TEST_CASE("encoder: records keep their order and any bytes", "[tar]") {
  check_round_trip(
      {.path = "a",
       .records = {
           {"SCHILY.xattr.user.b", "\0\n=\xff"s}, {"SCHILY.xattr.a", ""}, {"comment", std::string(70'000, 'c')}}});
}

TEST_CASE("encoder: record lengths count their own digits", "[tar]") {
  for (std::size_t length = 0; length < 1100; ++length) {
    const auto back = read_back({.path = "a", .records = {{"k", std::string(length, 'v')}}});
    REQUIRE(back.records[0].second.size() == length);
  }
}

TEST_CASE("encoder: a size above 8 GiB is a PAX record and zero in the header", "[tar]") {
  const std::uint64_t size = std::uint64_t{1} << 33U;

  const auto blocks = encode_header({.path = "a", .stored_size = size});

  const auto walked = test::walk(blocks);
  REQUIRE(walked.entries.size() == 1);
  CHECK(walked.entries[0].stored_size == size);
}

TEST_CASE("encoder: a plain entry is one block", "[tar]") {
  CHECK(encode_header({.path = "name", .stored_size = 7, .mode = 0644, .mtime = {1, 0}}).size() == kBlock);
}

TEST_CASE("encoder: the same entry gives the same bytes", "[tar]") {
  const Entry entry{.path = std::string(300, 'p'), .mtime = {1, 5}};

  CHECK(encode_header(entry) == encode_header(entry));
}

TEST_CASE("encoder: a sparse entry is refused", "[tar]") {
  CHECK_THROWS_AS(encode_header({.path = "a", .sparse = true}), Error);
}
