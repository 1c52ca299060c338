#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/extracted_tree.hpp"
#include "support/raw_tar.hpp"

using namespace occy;
using namespace occy::test;

namespace {

constexpr std::uint64_t kRealSize = 3'000'000;

std::string text_of(const RawTar& layer) {
  return {reinterpret_cast<const char*>(layer.bytes().data()), layer.bytes().size()};
}

std::string octal(std::uint64_t value) {
  std::array<char, 13> text{};
  std::snprintf(text.data(), text.size(), "%011llo", static_cast<unsigned long long>(value));
  return text.data();
}

/// Two runs: 512 bytes of 'a' at 1 MiB, 100 of 'b' at 2 MiB.
constexpr std::uint64_t kFirst = 1U << 20U, kSecond = 2U << 20U;
std::string data() { return std::string(512, 'a') + std::string(100, 'b'); }

std::string expected() {
  std::string content(kRealSize, '\0');
  content.replace(kFirst, 512, 512, 'a');
  content.replace(kSecond, 100, 100, 'b');
  return content;
}

std::string pax(const std::vector<std::pair<std::string, std::string>>& records, const std::string& stored) {
  std::string text;
  for (const auto& [name, value] : records) text += pax_record("GNU.sparse." + name, value);
  RawTar layer;
  layer.extension('x', text).header({.name = "sparse", .size = stored.size()}).data(stored).end();
  return text_of(layer);
}

std::string old_gnu() {
  auto block = RawHeader{.name = "sparse", .type = 'S', .size = data().size(), .magic = Magic::gnu}.block();
  const auto put = [&](std::size_t offset, std::uint64_t value) {
    block = with_field(block, {offset, 12}, octal(value));
  };
  put(386, kFirst), put(398, 512), put(410, kSecond), put(422, 100), put(483, kRealSize);
  RawTar layer;
  layer.block(block).data(data()).file("after", "x").end();
  return text_of(layer);
}

std::string map_in_data(const std::string& map) {
  std::string stored = map;
  stored.resize((stored.size() + 511) / 512 * 512);
  return stored + data();
}

std::string in_records() {
  return pax({{"size", std::to_string(kRealSize)},
              {"numblocks", "2"},
              {"map", std::to_string(kFirst) + ",512," + std::to_string(kSecond) + ",100"}},
             data());
}

std::string in_pairs() {
  return pax({{"size", std::to_string(kRealSize)},
              {"numblocks", "2"},
              {"offset", std::to_string(kFirst)},
              {"numbytes", "512"},
              {"offset", std::to_string(kSecond)},
              {"numbytes", "100"}},
             data());
}

std::string in_data(const std::string& map = "2\n1048576\n512\n2097152\n100\n") {
  return pax({{"major", "1"}, {"minor", "0"}, {"name", "sparse"}, {"realsize", std::to_string(kRealSize)}},
             map_in_data(map));
}

}  // namespace

TEST_CASE("extractor: sparse files of every form keep their holes", "[tree]") {
  const auto layer = GENERATE(old_gnu(), in_records(), in_pairs(), in_data());
  const auto piece = GENERATE(std::size_t{7}, std::size_t{100'000});
  ExtractedTree tree;

  tree.layer_bytes(layer, piece);

  tree.extractor().finish();
  CHECK(read_file(tree.path("sparse")) == expected());
  CHECK(tree.status("sparse").st_blocks * 512 < 100'000);
}

TEST_CASE("extractor: a sparse file of one hole is a hole", "[tree]") {
  ExtractedTree tree;

  tree.layer_bytes(
      pax({{"major", "1"}, {"minor", "0"}, {"realsize", "5000000"}}, std::string("0\n").append(510, '\0')));

  tree.extractor().finish();
  CHECK(tree.status("sparse").st_size == 5'000'000);
}

TEST_CASE("extractor: a map in the data that is none is refused", "[tree]") {
  for (const char* map : {"x\n", "-1\n", "2\n5\n", "1\n0\n9999999\n", "2\n512\n512\n0\n100\n", "99999999999\n",
                          "1\n0\n10\n", "1\n0\n1000\n", "3\n1048576\n512\n2097152\n100\n2097252\n1\n"}) {
    INFO(map);
    ExtractedTree tree;
    CHECK(error_of([&] { tree.layer_bytes(in_data(map)); }).code() == Errc::bad_archive);
  }
}
