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

LayerInfo packed(unsigned char id, std::uint64_t stored_size = 1000) {
  return {.diff_id = digest(id),
          .stored = Descriptor{.media_type = {}, .digest = digest(id), .size = stored_size},
          .compression = Compression::gzip};
}

LayerRecord record(unsigned char id, std::uint64_t size) { return {.diff_id = digest(id), .size = size}; }

outputs::Place take_place(TarLayout& layout, const LayerInfo& layer) {
  return layout.place(layout.take(layer)).value();
}

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

  const auto third = take_place(layout, known(3, 512));
  const auto first = take_place(layout, known(1, 1000));
  const auto second = take_place(layout, known(2, 0));

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
  const auto layers = GENERATE(std::vector{of_unknown_size(2), known(1, 10)}, std::vector{LayerInfo{.size = 10}});
  TarLayout layout(layers);

  CHECK(layout.max_open() == 1);
  CHECK(layout.end() == 0);
  const auto turn = layout.take(of_unknown_size(2));
  CHECK_THROWS_AS(layout.take(known(1, 10)), Error);
  CHECK(layout.keep(turn, record(2, 513)) == Kept::stored);
  CHECK(take_place(layout, known(1, 10)).offset == 512 + 1024);
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
  const auto turn = layout.take(known(1, 10));
  CHECK_FALSE(layout.wants(known(1, 10)));
  CHECK_THROWS_AS(layout.take(known(1, 10)), Error);
  layout.release(turn);
  CHECK(layout.wants(known(1, 10)));
  CHECK(layout.keep(layout.take(known(1, 10)), record(1, 10)) == Kept::stored);
  CHECK_FALSE(layout.wants(known(1, 10)));
}

TEST_CASE("tar layout: a layer that was not announced has no place among planned ones", "[outputs]") {
  TarLayout layout(std::vector{known(1, 10)});

  CHECK_THROWS_AS(layout.take(known(2, 10)), Error);
  CHECK_THROWS_AS(layout.take(LayerInfo{}), Error);
}

TEST_CASE("tar layout: what is kept must be what was planned", "[outputs]") {
  TarLayout layout(std::vector{known(1, 10)});
  const auto turn = layout.take(known(1, 10));

  CHECK_THROWS_AS(layout.keep(turn, record(1, 11)), Error);
  CHECK_THROWS_AS(layout.keep(turn, record(2, 10)), Error);
  CHECK(layout.find(digest(1)) == nullptr);
  REQUIRE(layout.first_missing() != nullptr);
  CHECK(*layout.first_missing() == digest(1));
}

TEST_CASE("tar layout: an appended duplicate and a released place leave no gap", "[outputs]") {
  TarLayout layout;
  CHECK(layout.keep(layout.take({}), record(1, 100)) == Kept::stored);
  const auto end = layout.end();

  CHECK(layout.keep(layout.take({}), record(1, 100)) == Kept::duplicate);
  layout.release(layout.take({}));

  CHECK(layout.end() == end);
  CHECK(take_place(layout, {}).offset == end);
  CHECK(layout.first_missing() == nullptr);
  CHECK(layout.is_tight());
}

TEST_CASE("tar layout: packed layers may be out at once where all but the last can have hints", "[outputs]") {
  const auto large = (kGiB + 1);
  CHECK(TarLayout(std::vector{packed(1), known(2, 10), packed(3), packed(1)}).max_open() == 3);
  CHECK(TarLayout(std::vector{packed(1), packed(2, large)}).max_open() == 2);
  CHECK(TarLayout(std::vector{packed(1, large), packed(2)}).max_open() == 1);
  CHECK(TarLayout(std::vector{packed(1), LayerInfo{.compression = Compression::gzip}}).max_open() == 1);
}

TEST_CASE("tar layout: a hint gives the next one its place, in the order in which they were taken", "[outputs]") {
  TarLayout layout(std::vector{packed(1), packed(2), packed(3)});
  const auto second = layout.take(packed(2));
  const auto first = layout.take(packed(1));
  const auto third = layout.take(packed(3));

  CHECK(layout.place(second)->offset == 0);
  CHECK_FALSE(layout.place(first).has_value());
  CHECK(layout.needs_hint(second));
  layout.expect(second, 1000);
  CHECK(layout.place(first)->offset == 512 + 1024);
  CHECK_FALSE(layout.place(third).has_value());
  CHECK(layout.keep(first, record(1, 512)) == Kept::stored);
  CHECK(layout.place(third)->offset == 512 + 1024 + 512 + 512);
  CHECK_FALSE(layout.needs_hint(third));

  CHECK(layout.keep(third, record(3, 1)) == Kept::stored);
  CHECK(layout.keep(second, record(2, 1000)) == Kept::stored);
  CHECK(layout.is_tight());
  CHECK(layout.end() == layout.place(third)->offset + 1024);
}

TEST_CASE("tar layout: no place ever lies in another, whatever hints were worth", "[outputs]") {
  const auto hint = GENERATE(std::uint64_t{0}, std::uint64_t{600}, std::uint64_t{5000});
  TarLayout layout(std::vector{packed(1), packed(2), packed(3), packed(4)});
  for (unsigned char id = 1; id <= 4; ++id) layout.expect(layout.take(packed(id)), hint);
  const auto third = layout.place(2).value();

  CHECK(layout.keep(0, record(1, 2000)) == Kept::stored);
  const auto second = layout.place(1).value();

  CHECK(second.offset == 512 + tar::padded(hint));
  CHECK(second.room == hint);
  CHECK(third.offset == second.offset + 512 + tar::padded(hint));
  CHECK(layout.place(3)->offset == third.offset + 512 + tar::padded(hint));
  for (unsigned char id = 2; id <= 4; ++id) CHECK(layout.keep(id - 1U, record(id, hint)) == Kept::stored);
  CHECK_FALSE(layout.is_tight());
}

TEST_CASE("tar layout: a layer that outgrew its room is not in its place", "[outputs]") {
  TarLayout layout(std::vector{packed(1), packed(2)});
  layout.expect(layout.take(packed(1)), 100);
  CHECK(layout.keep(0, record(1, 101)) == Kept::stored);
  CHECK_FALSE(layout.is_tight());
}

TEST_CASE("tar layout: one that gives up stands in nobody's way", "[outputs]") {
  TarLayout layout(std::vector{packed(1), packed(2)});
  const auto first = layout.take(packed(1));
  const auto second = layout.take(packed(2));

  CHECK_FALSE(layout.place(second).has_value());
  layout.release(first);

  CHECK(layout.place(second)->offset == 0);
}

TEST_CASE("tar layout: headers say the size, also above 8 GiB", "[outputs]") {
  const auto size = GENERATE(std::uint64_t{0}, std::uint64_t{1000}, 8 * kGiB - 1, 8 * kGiB, 70 * kGiB);
  TarLayout planned(std::vector{known(1, size)});
  TarLayout appended;

  for (const auto& place : {take_place(planned, known(1, size)), take_place(appended, {})}) {
    const auto header = layer_header(tar::layer_member_name(digest(1)), record(1, size), place);
    const auto entry = read_back(header);

    CHECK(header.size() == place.header_size);
    CHECK(entry.stored_size == size);
    CHECK(entry.path == tar::layer_member_name(digest(1)));
    CHECK(entry.type == tar::EntryType::file);
    CHECK(entry.mode == 0644);
    CHECK(entry.mtime == tar::Time{});
  }
}
