#include "tar/header.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <string>

#include "occy/error.hpp"

namespace occy::tar {
namespace {

constexpr std::byte kBase256{0x80};
constexpr std::byte kBase256Negative{0xff};

std::span<const std::byte> bytes_of(const HeaderBlock& block, Field field) noexcept {
  return std::span(block).subspan(field.offset, field.size);
}

std::span<std::byte> bytes_of(HeaderBlock& block, Field field) noexcept {
  return std::span(block).subspan(field.offset, field.size);
}

ParseError not_a_number(std::span<const std::byte> field, std::size_t position) {
  const std::string_view found(reinterpret_cast<const char*>(field.data()), field.size());
  return {"expected an octal or base-256 number, found \"" + printable(found) + '"', position};
}

constexpr bool is_octal_digit(char c) noexcept { return c >= '0' && c <= '7'; }
constexpr bool is_filler(char c) noexcept { return c == ' ' || c == '\0'; }

// Blanks, digits, blanks or NULs, and nothing else. NULs before the digits are refused: Go reads past them, libarchive
// takes them for the field's end.
result<std::int64_t> octal(std::span<const std::byte> field, std::size_t position) {
  const auto* at = reinterpret_cast<const char*>(field.data());
  const auto* const end = at + field.size();
  while (at != end && *at == ' ') ++at;
  std::int64_t value = 0;
  for (; at != end && is_octal_digit(*at); ++at) value = value * 8 + (*at - '0');
  if (!std::all_of(at, end, is_filler)) return not_a_number(field, position);
  return value;
}

// Two's complement, highest byte first. GNU tar writes only 80 or ff as the first byte; readers differ on others.
result<std::int64_t> base256(std::span<const std::byte> field, std::size_t position) {
  if (field[0] != kBase256 && field[0] != kBase256Negative) return not_a_number(field, position);
  const bool negative = field[0] == kBase256Negative;
  const std::byte sign = negative ? std::byte{0xff} : std::byte{0};
  const auto digits = field.last(std::min(field.size() - 1, sizeof(std::uint64_t)));
  const auto above = field.subspan(1, field.size() - 1 - digits.size());
  std::uint64_t value = negative ? ~std::uint64_t{0} : 0;
  for (const std::byte digit : digits) value = value << 8U | std::to_integer<std::uint64_t>(digit);
  const auto number = static_cast<std::int64_t>(value);
  if (std::any_of(above.begin(), above.end(), [&](std::byte b) { return b != sign; }) || (number < 0) != negative)
    return ParseError{"a base-256 number that does not fit 64 bits", position};
  return number;
}

template <class Sum, class Byte>
Sum sum_of_bytes(std::span<const std::byte> bytes) noexcept {
  Sum sum = 0;
  for (const std::byte b : bytes) sum = static_cast<Sum>(sum + static_cast<Byte>(b));
  return sum;
}

// The checksum field counts as blanks. In halves, whose sums fit 16 bits: of these a processor adds many at once.
template <class Sum, class Byte>
std::int64_t sum_of(const HeaderBlock& block) noexcept {
  constexpr std::size_t kHalf = kBlock / 2;
  const std::int64_t sum = std::int64_t{sum_of_bytes<Sum, Byte>(bytes_of(block, {0, kHalf}))} +
                           sum_of_bytes<Sum, Byte>(bytes_of(block, {kHalf, kHalf}));
  const std::int64_t field = sum_of_bytes<Sum, Byte>(bytes_of(block, kChecksum));
  return sum - field + static_cast<std::int64_t>(kChecksum.size) * ' ';
}

std::int64_t unsigned_sum(const HeaderBlock& block) noexcept { return sum_of<std::uint16_t, unsigned char>(block); }
std::int64_t signed_sum(const HeaderBlock& block) noexcept { return sum_of<std::int16_t, signed char>(block); }

}  // namespace

std::string_view text(const HeaderBlock& block, Field field) noexcept {
  const auto bytes = bytes_of(block, field);
  const auto* const begin = reinterpret_cast<const char*>(bytes.data());
  return {begin, ::strnlen(begin, bytes.size())};
}

result<std::int64_t> number(const HeaderBlock& block, Field field) {
  const auto bytes = bytes_of(block, field);
  const bool binary = (bytes[0] & kBase256) != std::byte{0};
  return binary ? base256(bytes, field.offset) : octal(bytes, field.offset);
}

bool checksum_matches(const HeaderBlock& block) noexcept {
  const auto bytes = bytes_of(block, kChecksum);
  const auto* const first = reinterpret_cast<const char*>(bytes.data());
  const auto* const last = first + bytes.size();
  if (std::none_of(first, last, is_octal_digit)) return false;
  const auto stored = octal(bytes, kChecksum.offset);
  return stored && (*stored == unsigned_sum(block) || *stored == signed_sum(block));
}

bool is_zero(const HeaderBlock& block) noexcept {
  return std::all_of(block.begin(), block.end(), [](std::byte b) { return b == std::byte{0}; });
}

bool put_octal(HeaderBlock& block, Field field, std::uint64_t value) noexcept {
  const auto bytes = bytes_of(block, field);
  bytes.back() = std::byte{0};
  for (std::size_t i = bytes.size() - 1; i-- > 0; value /= 8) bytes[i] = static_cast<std::byte>('0' + value % 8);
  return value == 0;
}

void put_base256(HeaderBlock& block, Field field, std::uint64_t value) noexcept {
  const auto bytes = bytes_of(block, field);
  for (std::size_t i = bytes.size(); i-- > 1; value >>= 8U) bytes[i] = static_cast<std::byte>(value & 0xffU);
  bytes[0] = kBase256;
}

bool put_signed_base256(HeaderBlock& block, Field field, std::int64_t value) noexcept {
  const auto bytes = bytes_of(block, field);
  const std::size_t bits = (field.size - 1) * 8;
  if (bits < 64 && (value >> bits) != (value < 0 ? -1 : 0)) return false;
  for (std::size_t i = bytes.size(); i-- > 1; value >>= 8U) bytes[i] = static_cast<std::byte>(value & 0xff);
  bytes[0] = value < 0 ? kBase256Negative : kBase256;
  return true;
}

void put_checksum(HeaderBlock& block) noexcept {
  // Six digits, NUL, blank: the form of every writer since V7. 512 × 255 has six octal digits.
  const auto sum = static_cast<std::uint64_t>(unsigned_sum(block));
  (void)put_octal(block, Field{kChecksum.offset, kChecksum.size - 1}, sum);
  block[kChecksum.offset + kChecksum.size - 1] = std::byte{' '};
}

}  // namespace occy::tar
