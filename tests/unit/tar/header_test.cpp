#include "tar/header.hpp"

#include <cstring>
#include <limits>
#include <string>

#include "support/catch.hpp"
#include "support/raw_tar.hpp"

using namespace occy;
using namespace occy::tar;
using namespace std::string_view_literals;

namespace {

HeaderBlock with_size_field(std::string_view text) {
  HeaderBlock block{};
  std::memcpy(block.data() + kSize.offset, text.data(), text.size());
  return block;
}

}  // namespace

TEST_CASE("tar header: octal numbers may stand after blanks and before blanks and NULs", "[tar]") {
  const auto text = GENERATE("00000000017\0"sv, "         17 "sv, "17\0"sv, "17 \0"sv, "000000000017"sv, "17"sv);

  CHECK(number(with_size_field(text), kSize).value() == 15);
}

TEST_CASE("tar header: an empty number is zero", "[tar]") {
  const auto text = GENERATE(""sv, "            "sv, "   \0\0\0"sv);

  CHECK(number(with_size_field(text), kSize).value() == 0);
}

TEST_CASE("tar header: what is not a number is refused", "[tar]") {
  const auto text = GENERATE("18"sv, "0x1"sv, "-1"sv, "1 7"sv,
                             "1\0"
                             "7"sv,
                             "\0"
                             "17"sv,
                             "+7"sv, "\t7"sv, "\x81\0\0\0\0\0\0\0\0\0\0\1"sv, "\xc0\0\0\0\0\0\0\0\0\0\0\1"sv);

  const auto value = number(with_size_field(text), kSize);

  REQUIRE_FALSE(value.has_value());
  CHECK(value.error().position == kSize.offset);
}

TEST_CASE("tar header: base-256 numbers are two's complement", "[tar]") {
  CHECK(number(with_size_field("\x80\0\0\0\0\0\0\2\0\0\0\0"sv), kSize).value() == std::int64_t{2} << 32U);
  CHECK(number(with_size_field("\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff"sv), kSize).value() ==
        std::numeric_limits<std::int64_t>::max());
  CHECK(number(with_size_field("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe"sv), kSize).value() == -2);
}

TEST_CASE("tar header: base-256 numbers of more than 64 bits are refused", "[tar]") {
  const auto text = GENERATE("\x80\0\0\0\x80\0\0\0\0\0\0\0"sv, "\x80\0\0\1\0\0\0\0\0\0\0\0"sv,
                             "\xff\xff\xff\xfe\xff\xff\xff\xff\xff\xff\xff\xff"sv,
                             "\xff\xff\xff\xff\x7f\xff\xff\xff\xff\xff\xff\xff"sv);

  CHECK_FALSE(number(with_size_field(text), kSize).has_value());
}

TEST_CASE("tar header: what put_octal writes, number reads", "[tar]") {
  const auto value = GENERATE(std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{0777}, (std::uint64_t{1} << 33U) - 1);
  HeaderBlock block{};

  REQUIRE(put_octal(block, kSize, value));

  CHECK(number(block, kSize).value() == static_cast<std::int64_t>(value));
}

TEST_CASE("tar header: put_octal says when a number does not fit", "[tar]") {
  HeaderBlock block{};

  CHECK_FALSE(put_octal(block, kSize, std::uint64_t{1} << 33U));
  CHECK_FALSE(put_octal(block, kUid, std::uint64_t{1} << 21U));
}

TEST_CASE("tar header: what put_base256 writes, number reads", "[tar]") {
  const auto value = GENERATE(std::uint64_t{0}, std::uint64_t{1} << 33U, std::uint64_t{1} << 60U);
  HeaderBlock block{};

  put_base256(block, kSize, value);

  CHECK(number(block, kSize).value() == static_cast<std::int64_t>(value));
}

TEST_CASE("tar header: the checksum may be of unsigned or of signed bytes", "[tar]") {
  auto block = test::RawHeader{.name =
                                   "gr\xc3\xb6\xc3\x9f"
                                   "e"}
                   .block();
  REQUIRE(checksum_matches(block));

  const auto unsigned_sum = number(block, kChecksum).value();
  REQUIRE(put_octal(block, Field{kChecksum.offset, 7}, static_cast<std::uint64_t>(unsigned_sum - 4 * 256)));

  CHECK(checksum_matches(block));
}

TEST_CASE("tar header: any changed byte breaks the checksum", "[tar]") {
  const auto good = test::RawHeader{.name = "a", .size = 3}.block();

  for (std::size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad[i] ^= std::byte{1};
    INFO("byte " << i);
    const bool in_filler = i == kChecksum.offset + 6 || i == kChecksum.offset + 7;
    CHECK((in_filler || !checksum_matches(bad)));
  }
}

TEST_CASE("tar header: an empty checksum field matches nothing", "[tar]") {
  HeaderBlock block{};
  CHECK_FALSE(checksum_matches(block));

  std::memset(block.data() + kChecksum.offset, ' ', kChecksum.size);
  CHECK_FALSE(checksum_matches(block));
}

TEST_CASE("tar header: text ends at the first NUL or with the field", "[tar]") {
  const auto block = test::RawHeader{.name = std::string(100, 'n')}.block();
  CHECK(text(block, kName) == std::string(100, 'n'));

  CHECK(text(test::RawHeader{.name = "abc"}.block(), kName) == "abc");
}

TEST_CASE("tar header: a block is zero only when all its bytes are", "[tar]") {
  HeaderBlock block{};
  CHECK(is_zero(block));

  block[511] = std::byte{1};
  CHECK_FALSE(is_zero(block));
}
