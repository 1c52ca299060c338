// tar/pax.hpp: PAX extended headers: the records before an entry, or before all entries that follow.
//
// Format: POSIX.1-2017 pax, "pax Extended Header": "LENGTH KEYWORD=VALUE\n", LENGTH in decimal and of the whole record.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "occy/result.hpp"
#include "tar/entry.hpp"

namespace occy::tar {

/// What one extended header says. Absent members: it says nothing.
struct PaxHeader {
  std::optional<std::string> path = {};
  std::optional<std::string> link = {};
  std::optional<std::uint64_t> size = {};
  std::optional<std::int64_t> uid = {};
  std::optional<std::int64_t> gid = {};
  std::optional<std::string> user_name = {};
  std::optional<std::string> group_name = {};
  std::optional<Time> mtime = {};

  /// All others, in their order.
  std::vector<std::pair<std::string, std::string>> records = {};
};

/// One record as it stands in an extended header's text.
struct PaxRecord {
  std::string_view keyword;
  std::string_view value;
  std::size_t position = 0;
  std::size_t size = 0;
};

/// Cuts the text of an extended header into its records, which may still say what parse_pax() refuses.
[[nodiscard]] result<std::vector<PaxRecord>> split_pax(std::string_view text);

/// Reads the whole text of an extended header. Refused: a length that is not the record's, no '=' or no newline, a
/// keyword that repeats (but GNU.sparse.offset and .numbytes, which do by design), NUL in names, numbers that are none.
/// The error's position is an offset in `text`.
[[nodiscard]] result<PaxHeader> parse_pax(std::string_view text);

/// "12", "-1": a decimal number that fits, and nothing else.
[[nodiscard]] std::optional<std::int64_t> parse_decimal(std::string_view text) noexcept;

/// "1700000000.123456789": seconds and a fraction, whose digits after the ninth are cut off.
[[nodiscard]] std::optional<Time> parse_pax_time(std::string_view text) noexcept;

}  // namespace occy::tar
