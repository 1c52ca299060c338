// tar/header.hpp: one 512-byte tar header block, as bytes.
//
// Formats: POSIX.1-2017 pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format". Numbers are octal text, or
// base-256 when the first bit is set. Everything that does not fit a field exactly is refused, not guessed.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "occy/digest.hpp"
#include "occy/result.hpp"

namespace occy::tar {

inline constexpr std::size_t kBlock = 512;

using HeaderBlock = std::array<std::byte, kBlock>;

/// Bytes rounded up to whole blocks. Before: size ≤ Limits::entry_bytes, so that it cannot overflow.
[[nodiscard]] constexpr std::uint64_t padded(std::uint64_t size) noexcept {
  return (size + kBlock - 1) / kBlock * kBlock;
}

/// A field's place in the block.
struct Field {
  std::size_t offset;
  std::size_t size;
};

inline constexpr Field kName{0, 100}, kMode{100, 8}, kUid{108, 8}, kGid{116, 8}, kSize{124, 12}, kMtime{136, 12},
    kChecksum{148, 8}, kType{156, 1}, kLink{157, 100}, kMagic{257, 8}, kUserName{265, 32}, kGroupName{297, 32},
    kDevMajor{329, 8}, kDevMinor{337, 8}, kPrefix{345, 155};

/// The text of a field up to its first NUL.
[[nodiscard]] std::string_view text(const HeaderBlock& block, Field field) noexcept;

/// The number in a field; negative only in base-256. An empty field is 0.
[[nodiscard]] result<std::int64_t> number(const HeaderBlock& block, Field field);

/// The same where a field holds digits and one NUL or blank at its end, as nearly all do; nothing where it does not.
/// Decides nothing for each digit: a layer has half a million numbers.
[[nodiscard]] constexpr std::optional<std::int64_t> plain_octal(const HeaderBlock& block, Field field) noexcept {
  std::uint64_t value = 0;
  unsigned digits = 0;
  const std::size_t last = field.offset + field.size - 1;
  for (std::size_t i = field.offset; i < last; ++i) {
    const unsigned digit = std::to_integer<unsigned>(block[i]) ^ unsigned { '0' };  // above 7 when it is none
    digits |= digit;
    value = value * 8 + digit;
  }
  const bool ends = block[last] == std::byte{0} || block[last] == std::byte{' '};
  if (digits > 7 || !ends) return {};
  return static_cast<std::int64_t>(value);
}

/// Whether the checksum field is the sum of the block, as unsigned or, as some old writers did, signed bytes.
[[nodiscard]] bool checksum_matches(const HeaderBlock& block) noexcept;

[[nodiscard]] bool is_zero(const HeaderBlock& block) noexcept;

/// Writes `value` as octal digits with a trailing NUL. False when it does not fit.
[[nodiscard]] bool put_octal(HeaderBlock& block, Field field, std::uint64_t value) noexcept;

/// Writes `value`, which may be negative, in base-256. False when it does not fit.
[[nodiscard]] bool put_signed_base256(HeaderBlock& block, Field field, std::int64_t value) noexcept;

/// Writes `value` in base-256.
void put_base256(HeaderBlock& block, Field field, std::uint64_t value) noexcept;

/// Writes the checksum field; the last thing done to a header.
void put_checksum(HeaderBlock& block) noexcept;

}  // namespace occy::tar
