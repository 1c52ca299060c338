#include "io/spool.hpp"

#include <numeric>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using io::Spool;

namespace {

std::vector<std::byte> pattern_bytes(std::size_t size, unsigned seed = 0) {
  std::vector<std::byte> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>((i >> 8U) + i * 7 + seed);
  return bytes;
}

std::vector<std::byte> read(const Spool& spool, std::uint64_t offset, std::size_t size) {
  std::vector<std::byte> bytes(size);
  spool.read(offset, bytes);
  return bytes;
}

}  // namespace

TEST_CASE("spool: what is small needs no file", "[io]") {
  Spool spool("/nowhere", Side::filter);

  spool.append(pattern_bytes(100'000));

  CHECK(spool.size() == 100'000);
  CHECK(read(spool, 0, 100'000) == pattern_bytes(100'000));
}

TEST_CASE("spool: every range of what was appended is read, on both sides of what is in the file", "[io]") {
  const test::TempDir directory;
  const auto bytes = pattern_bytes(2 * Spool::kMemory + 5000);
  const auto piece = GENERATE(std::size_t{1000}, Spool::kMemory - 1, 3 * Spool::kMemory);
  Spool spool(directory.path(), Side::filter);

  for (Block left = bytes; !left.empty(); left = left.subspan(std::min(piece, left.size())))
    spool.append(left.first(std::min(piece, left.size())));

  CHECK(spool.size() == bytes.size());
  for (const std::size_t offset : {std::size_t{0}, Spool::kMemory - 10, 2 * Spool::kMemory - 10, 2 * Spool::kMemory})
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{20}, std::size_t{5000}}) {
      const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(offset);
      CHECK(read(spool, offset, size) == std::vector(begin, begin + static_cast<std::ptrdiff_t>(size)));
    }
}

TEST_CASE("spool: bytes are written over wherever they are", "[io]") {
  const test::TempDir directory;
  const auto offset = GENERATE(std::size_t{10}, Spool::kMemory - 50, Spool::kMemory, Spool::kMemory + 10);
  Spool spool(directory.path(), Side::filter);
  spool.append(pattern_bytes(Spool::kMemory + 1000));

  spool.overwrite(offset, pattern_bytes(100, 50));

  CHECK(read(spool, offset, 100) == pattern_bytes(100, 50));
  CHECK(spool.size() == Spool::kMemory + 1000);
}

TEST_CASE("spool: where no file can be made, the error names the place and the side", "[io]") {
  Spool spool("/nowhere", Side::filter);

  const Error error = test::error_of([&] { spool.append(pattern_bytes(Spool::kMemory)); });

  CHECK(error.side() == Side::filter);
  CHECK(error.detail().subject == "/nowhere");
}
