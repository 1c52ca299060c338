#include "tar/stream_walker.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/raw_tar.hpp"

using namespace occy;
using namespace occy::tar;
using test::excerpt;
using test::RawTar;

namespace {

RawTar streamed_archive() {
  RawTar archive;
  archive.extension('L', std::string(600, 'n')).file("short", std::string(1000, 'x')).file("empty", "");
  return archive.file("last", "y").end();
}

std::vector<std::string> names_seen(Block bytes, std::size_t block_size) {
  std::vector<std::string> names;
  StreamWalker walker([&](const Entry& entry) { names.push_back(entry.path); });
  for (; !bytes.empty(); bytes = bytes.subspan(std::min(block_size, bytes.size())))
    REQUIRE(walker.push(bytes.first(std::min(block_size, bytes.size()))).has_value());
  REQUIRE(walker.finish().has_value());
  return names;
}

}  // namespace

TEST_CASE("stream walker: entries are the same in blocks of any size", "[tar]") {
  const auto archive = streamed_archive();
  const auto block_size = GENERATE(1U, 7U, 511U, 512U, 513U, 4096U, 1'000'000U);

  CHECK(names_seen(archive.bytes(), block_size) == std::vector<std::string>{std::string(600, 'n'), "empty", "last"});
}

TEST_CASE("stream walker: bytes after the end marker are ignored", "[tar]") {
  auto archive = streamed_archive();
  archive.data(std::string(5000, 'r'));

  CHECK(names_seen(archive.bytes(), 700).size() == 3);
}

TEST_CASE("stream walker: a stream that ends before its marker is told from one that is whole", "[tar]") {
  const auto archive = streamed_archive();

  for (std::size_t size = 0; size < archive.bytes().size(); size += 100) {
    StreamWalker walker([](const Entry&) {});
    REQUIRE(walker.push(archive.bytes().first(size)).has_value());
    const auto finished = walker.finish();
    INFO(size << " bytes");
    REQUIRE_FALSE(finished.has_value());
    CHECK(excerpt(finished.error().message, "cut off") == "cut off");
    CHECK(finished.error().position == size);
  }
}

TEST_CASE("stream walker: between two entries only the end marker can be missing", "[tar]") {
  const auto lacks_only_end = [](Block bytes) {
    StreamWalker walker([](const Entry&) {});
    REQUIRE(walker.push(bytes).has_value());
    return walker.lacks_only_end();
  };
  RawTar archive;
  archive.file("a", "x").extension('L', "long").file("b", "y").end();
  const auto whole = archive.bytes();

  std::vector<std::size_t> places;
  for (std::size_t size = 0; size <= whole.size(); size += 256)
    if (lacks_only_end(whole.first(size))) places.push_back(size);

  CHECK(places == std::vector<std::size_t>{0, 1024, 3072, 3584});
}

TEST_CASE("stream walker: an error is final", "[tar]") {
  StreamWalker walker([](const Entry&) {});
  const std::string rubbish(512, 'r');

  const auto first = walker.push(test::bytes_of(rubbish));

  REQUIRE_FALSE(first.has_value());
  CHECK(first.error().position == 0);
  CHECK_FALSE(walker.push(streamed_archive().bytes()).has_value());
  CHECK_FALSE(walker.finish().has_value());
}
