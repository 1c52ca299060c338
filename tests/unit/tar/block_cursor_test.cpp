#include "tar/block_cursor.hpp"

#include <array>
#include <limits>

#include "support/catch.hpp"
#include "support/memory_source.hpp"

using namespace occy;
using occy::tar::BlockCursor;

TEST_CASE("block cursor: reads, lends and skips across the source's blocks", "[tar]") {
  test::MemorySource source("abcdefghij", 3);
  BlockCursor cursor(source);
  std::array<std::byte, 4> bytes{};

  CHECK(cursor.read(bytes) == 4);
  CHECK(bytes[3] == std::byte{'d'});
  CHECK(cursor.skip(3) == 3);
  const Block lent = cursor.lend(100);
  REQUIRE(lent.size() == 2);
  CHECK(lent[0] == std::byte{'h'});
  CHECK(cursor.lend(0).empty());
  CHECK(cursor.offset() == 9);
  CHECK(cursor.read(bytes) == 1);
}

TEST_CASE("block cursor: says how much there was when the source ends before", "[tar]") {
  test::MemorySource source("abc", 2);
  BlockCursor cursor(source);

  CHECK(cursor.skip(std::numeric_limits<std::uint64_t>::max()) == 3);
  CHECK(cursor.lend(1).empty());
  CHECK(cursor.skip(1) == 0);
}
