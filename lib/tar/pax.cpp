#include "tar/pax.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "occy/error.hpp"

namespace occy::tar {
namespace {

using Record = PaxRecord;

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

ParseError refuse(const Record& record, const char* expected) {
  std::string message = "PAX record \"" + printable(record.keyword) + "\": expected " + expected + ", found \"";
  return {message + printable(record.value.substr(0, 80)) + '"', record.position};
}

// Takes the first record off `text`, which stands at `position`.
result<Record> take_record(std::string_view& text, std::size_t position) {
  std::size_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  const auto digits = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || digits == text.size() || text[digits] != ' ')
    return ParseError{"PAX record: expected its length in decimal and a blank", position};
  if (length > text.size() || length < digits + 2)
    return ParseError{
        "PAX record: expected a length up to " + std::to_string(text.size()) + ", found " + std::to_string(length),
        position};
  if (text[length - 1] != '\n') return ParseError{"PAX record: expected a newline at its end", position};
  const auto body = text.substr(digits + 1, length - digits - 2);
  const auto equals = body.find('=');
  if (equals == std::string_view::npos || equals == 0)
    return ParseError{"PAX record: expected a keyword and '='", position};
  text.remove_prefix(length);
  return Record{body.substr(0, equals), body.substr(equals + 1), position, length};
}

// The oldest GNU sparse form lists its map as one pair of records for each run of data.
bool may_repeat(std::string_view keyword) noexcept {
  return keyword == "GNU.sparse.offset" || keyword == "GNU.sparse.numbytes";
}

std::optional<ParseError> find_repeated(const std::vector<Record>& records) {
  auto sorted = records;  // sorted, not compared pair by pair: a megabyte holds 170,000 records
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Record& a, const Record& b) { return a.keyword < b.keyword; });
  const auto found = std::adjacent_find(sorted.begin(), sorted.end(), [](const Record& a, const Record& b) {
    return a.keyword == b.keyword && !may_repeat(a.keyword);
  });
  if (found == sorted.end()) return {};
  return ParseError{"PAX record \"" + printable(found->keyword) + "\" comes twice in one header",
                    (found + 1)->position};
}

// Values that become C strings in every reader.
std::optional<ParseError> store_name(const Record& record, std::optional<std::string>& member) {
  if (record.value.empty() || record.value.find('\0') != std::string_view::npos)
    return refuse(record, "a name without NUL");
  member = record.value;
  return {};
}

// POSIX: an empty value takes back what was said before. Only user and group names may be empty.
std::optional<ParseError> store_owner(const Record& record, std::optional<std::string>& member) {
  if (record.value.find('\0') != std::string_view::npos) return refuse(record, "a name without NUL");
  member = record.value;
  return {};
}

std::optional<ParseError> store_size(const Record& record, std::optional<std::uint64_t>& member) {
  const auto value = parse_decimal(record.value);
  if (!value || *value < 0 || !is_digit(record.value[0])) return refuse(record, "a size in decimal");
  member = static_cast<std::uint64_t>(*value);
  return {};
}

std::optional<ParseError> store_id(const Record& record, std::optional<std::int64_t>& member) {
  member = parse_decimal(record.value);
  if (!member) return refuse(record, "a decimal number");
  return {};
}

std::optional<ParseError> store_time(const Record& record, std::optional<Time>& member) {
  member = parse_pax_time(record.value);
  if (!member) return refuse(record, "seconds in decimal");
  return {};
}

std::optional<ParseError> store(const Record& record, PaxHeader& header) {
  if (record.keyword == "path") return store_name(record, header.path);
  if (record.keyword == "linkpath") return store_name(record, header.link);
  if (record.keyword == "size") return store_size(record, header.size);
  if (record.keyword == "uid") return store_id(record, header.uid);
  if (record.keyword == "gid") return store_id(record, header.gid);
  if (record.keyword == "uname") return store_owner(record, header.user_name);
  if (record.keyword == "gname") return store_owner(record, header.group_name);
  if (record.keyword == "mtime") return store_time(record, header.mtime);
  if (record.keyword.find('\0') != std::string_view::npos) return refuse(record, "a keyword without NUL");
  header.records.emplace_back(record.keyword, record.value);
  return {};
}

// ".5" → 500,000,000. Nothing when it is no fraction.
std::optional<std::uint32_t> parse_fraction(std::string_view text) noexcept {
  if (!std::all_of(text.begin(), text.end(), is_digit)) return {};
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 9; ++i)
    value = value * 10 + (i < text.size() ? static_cast<std::uint32_t>(text[i] - '0') : 0);
  return value;
}

}  // namespace

result<std::vector<PaxRecord>> split_pax(std::string_view text) {
  std::vector<Record> records;
  const std::size_t size = text.size();
  while (!text.empty()) {
    auto record = take_record(text, size - text.size());
    if (!record) return record.error();
    records.push_back(*record);
  }
  return records;
}

result<PaxHeader> parse_pax(std::string_view text) {
  const auto records = split_pax(text);
  if (!records) return records.error();
  if (auto error = find_repeated(*records)) return *std::move(error);
  PaxHeader header;
  for (const Record& record : *records)
    if (auto error = store(record, header)) return *std::move(error);
  return header;
}

std::optional<std::int64_t> parse_decimal(std::string_view text) noexcept {
  std::int64_t value = 0;
  const auto* const last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, value);
  if (error != std::errc{} || end != last) return {};
  return value;
}

std::optional<Time> parse_pax_time(std::string_view text) noexcept {
  const auto point = text.find('.');
  const auto seconds = parse_decimal(text.substr(0, point));
  const auto fraction = parse_fraction(point == std::string_view::npos ? "" : text.substr(point + 1));
  if (!seconds || !fraction) return {};
  if (text[0] != '-' || *fraction == 0) return Time{*seconds, *fraction};
  // "-1.25" is a second and a quarter before 1970: two seconds before, and three quarters later.
  if (*seconds == std::numeric_limits<std::int64_t>::min()) return {};
  return Time{*seconds - 1, 1'000'000'000 - *fraction};
}

}  // namespace occy::tar
