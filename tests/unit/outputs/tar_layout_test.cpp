#include "outputs/tar_layout.hpp"

#include "occy/error.hpp"
#include "support/catch.hpp"
#include "tar/docker_archive.hpp"
#include "tar/walker.hpp"

using namespace occy;
using namespace occy::outputs;

namespace {

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30U;

Digest digest(unsigned char first) {
  Digest::Bytes bytes{};
  bytes[0] = std::byte{first};
  return Digest(bytes);
}

LayerInfo known(unsigned char id, std::uint64_t size) { return {.diff_id = digest(id), .size = size}; }

LayerInfo of_unknown_size(unsigned char id) { return {.diff_id = digest(id)}; }

/// What a tar reader makes of header blocks.
tar::Entry read_back(const std::vector<std::byte>& blocks) {
  tar::Walker walker;
  tar::HeaderBlock block{};
  for (std::size_t offset = 0; offset < blocks.size(); offset += tar::kBlock) {
    std::copy_n(blocks.begin() + static_cast<std::ptrdiff_t>(offset), tar::kBlock, block.begin());
    if (walker.offset() == offset && walker.feed(block).value() == tar::Step::entry) return walker.entry();
  }
  throw std::runtime_error("no entry");
}

}  // namespace

TEST_CASE("tar layout: known sizes get places in manifest order", "[outputs]") {
  TarLayout layout(std::vector{known(1, 1000), known(2, 0), known(3, 512)});

  const auto third = layout.take(known(3, 512));
  const auto first = layout.take(known(1, 1000));
  const auto second = layout.take(known(2, 0));

  CHECK(first.offset == 0);
  CHECK(second.offset == 512 + 1024);
  CHECK(third.offset == second.offset + 512);
  CHECK(layout.end() == third.offset + 1024);
  CHECK(layout.max_open() == 3);
}

TEST_CASE("tar layout: a layer that is listed twice has one place", "[outputs]") {
  TarLayout layout(std::vector{known(1, 10), known(2, 10), known(1, 10)});

  CHECK(layout.end() == 2 * 1024);
  CHECK(layout.max_open() == 2);
}

TEST_CASE("tar layout: one unknown size or diff_id, and layers are appended one at a time", "[outputs]") {
  const auto layers = GENERATE(std::vector{known(1, 10), of_unknown_size(2)}, std::vector{LayerInfo{.size = 10}});
  TarLayout layout(layers);

  CHECK(layout.max_open() == 1);
  CHECK(layout.end() == 0);
  const auto place = layout.take(of_unknown_size(2));
  CHECK_THROWS_AS(layout.take(known(1, 10)), Error);
  CHECK(layout.keep(place, {.diff_id = digest(2), .size = 513}) == Kept::stored);
  CHECK(layout.take(known(1, 10)).offset == 512 + 1024);
}

TEST_CASE("tar layout: sizes that cannot be added up are not planned", "[outputs]") {
  const auto huge = std::uint64_t{1} << 60U;
  const TarLayout layout(std::vector{known(1, huge - 1024), known(2, huge), known(3, ~std::uint64_t{0})});

  CHECK(layout.end() == 0);
  CHECK(layout.max_open() == 1);
}

TEST_CASE("tar layout: a layer is wanted until its place is out", "[outputs]") {
  TarLayout layout(std::vector{known(1, 10)});

  CHECK(layout.wants(known(1, 10)));
  const auto place = layout.take(known(1, 10));
  CHECK_FALSE(layout.wants(known(1, 10)));
  CHECK_THROWS_AS(layout.take(known(1, 10)), Error);
  layout.release(place);
  CHECK(layout.wants(known(1, 10)));
  CHECK(layout.keep(layout.take(known(1, 10)), {.diff_id = digest(1), .size = 10}) == Kept::stored);
  CHECK_FALSE(layout.wants(known(1, 10)));
}

TEST_CASE("tar layout: a layer that was not announced has no place among planned ones", "[outputs]") {
  TarLayout layout(std::vector{known(1, 10)});

  CHECK_THROWS_AS(layout.take(known(2, 10)), Error);
  CHECK_THROWS_AS(layout.take(LayerInfo{}), Error);
}

TEST_CASE("tar layout: what is kept must be what was planned", "[outputs]") {
  TarLayout layout(std::vector{known(1, 10)});
  const auto place = layout.take(known(1, 10));

  CHECK_THROWS_AS(layout.keep(place, {.diff_id = digest(1), .size = 11}), Error);
  CHECK_THROWS_AS(layout.keep(place, {.diff_id = digest(2), .size = 10}), Error);
  CHECK(layout.find(digest(1)) == nullptr);
  REQUIRE(layout.first_missing() != nullptr);
  CHECK(*layout.first_missing() == digest(1));
}

TEST_CASE("tar layout: an appended duplicate and a released place leave no gap", "[outputs]") {
  TarLayout layout;
  CHECK(layout.keep(layout.take({}), {.diff_id = digest(1), .size = 100}) == Kept::stored);
  const auto end = layout.end();

  CHECK(layout.keep(layout.take({}), {.diff_id = digest(1), .size = 100}) == Kept::duplicate);
  layout.release(layout.take({}));

  CHECK(layout.end() == end);
  CHECK(layout.take({}).offset == end);
  CHECK(layout.first_missing() == nullptr);
}

TEST_CASE("tar layout: headers say the size, also above 8 GiB", "[outputs]") {
  const auto size = GENERATE(std::uint64_t{0}, std::uint64_t{1000}, 8 * kGiB - 1, 8 * kGiB, 70 * kGiB);
  TarLayout planned(std::vector{known(1, size)});
  TarLayout appended;
  const LayerRecord record{.diff_id = digest(1), .size = size};

  for (const auto& place : {planned.take(known(1, size)), appended.take({})}) {
    const auto header = layer_header(tar::layer_member_name(record.diff_id), record, place);
    const auto entry = read_back(header);

    CHECK(header.size() == place.header_size);
    CHECK(entry.stored_size == size);
    CHECK(entry.path == tar::layer_member_name(digest(1)));
    CHECK(entry.type == tar::EntryType::file);
    CHECK(entry.mode == 0644);
    CHECK(entry.mtime == tar::Time{});
  }
}
