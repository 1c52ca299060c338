#include "tar/sparse.hpp"

#include <algorithm>
#include <vector>

namespace occy::tar {
namespace {

constexpr std::size_t kRunSize = 24;
constexpr std::size_t kHeaderRuns = 4, kHeaderRunsOffset = 386, kHeaderMoreOffset = 482;
constexpr std::size_t kContinuationRuns = 21;
constexpr Field kRealSize{483, 12};
constexpr std::string_view kPrefix = "GNU.sparse.";

ParseError bad_map() { return {"sparse map: expected runs in order within the file's size", 0}; }

// The records, by what follows "GNU.sparse.".
class SparseRecords {
 public:
  explicit SparseRecords(const std::vector<std::pair<std::string, std::string>>& all) {
    for (const auto& [keyword, value] : all)
      if (keyword.starts_with(kPrefix)) records_.emplace_back(std::string_view(keyword).substr(kPrefix.size()), value);
  }

  [[nodiscard]] bool empty() const noexcept { return records_.empty(); }
  [[nodiscard]] const auto& all() const noexcept { return records_; }

  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const {
    const auto found = std::find_if(records_.begin(), records_.end(), [&](const auto& r) { return r.first == name; });
    if (found == records_.end()) return {};
    return found->second;
  }

  // -1 when it is missing or no number.
  [[nodiscard]] std::int64_t number(std::string_view name) const {
    return parse_decimal(find(name).value_or("")).value_or(-1);
  }

 private:
  std::vector<std::pair<std::string_view, std::string_view>> records_;
};

// "0,512,4096,512": offset and size of each run.
std::optional<std::vector<std::int64_t>> numbers_of_map(std::string_view text) {
  std::vector<std::int64_t> numbers;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    const auto number = parse_decimal(text.substr(0, comma));
    if (!number) return {};
    numbers.push_back(*number);
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return numbers;
}

// Version 0.0 repeats a pair of records instead.
std::optional<std::vector<std::int64_t>> numbers_of_pairs(const SparseRecords& records) {
  std::vector<std::int64_t> numbers;
  for (const auto& [name, value] : records.all()) {
    if (name != "offset" && name != "numbytes") continue;
    const bool is_size = numbers.size() % 2 == 1;
    const auto number = parse_decimal(value);
    if (!number || is_size != (name == "numbytes")) return {};
    numbers.push_back(*number);
  }
  return numbers;
}

std::optional<std::vector<std::int64_t>> numbers_of(const SparseRecords& records) {
  const auto text = records.find("map");
  return text ? numbers_of_map(*text) : numbers_of_pairs(records);
}

result<void> check_map(const SparseRecords& records, std::uint64_t real_size, std::uint64_t stored_size) {
  const auto numbers = numbers_of(records);
  if (!numbers || static_cast<std::int64_t>(numbers->size()) != 2 * records.number("numblocks")) return bad_map();
  SparseMap map;
  for (std::size_t i = 0; i < numbers->size(); i += 2)
    if (!map.add((*numbers)[i], (*numbers)[i + 1], real_size)) return bad_map();
  if (map.data_size() != stored_size) return bad_map();
  return {};
}

enum class Version { v0, v1, unknown };

Version version_of(const SparseRecords& records) {
  const auto major = records.find("major");
  const auto minor = records.find("minor");
  if (!major && !minor) return Version::v0;  // 0.0 and 0.1 did not have to say
  if (major == "1" && minor == "0") return Version::v1;
  return major == "0" && (minor == "0" || minor == "1") ? Version::v0 : Version::unknown;
}

}  // namespace

bool SparseMap::add(std::int64_t offset, std::int64_t size, std::uint64_t real_size) noexcept {
  if (offset < 0 || size < 0) return false;
  const auto begin = static_cast<std::uint64_t>(offset);
  const auto length = static_cast<std::uint64_t>(size);
  if (begin < end_ || begin > real_size || length > real_size - begin) return false;
  end_ = begin + length;
  data_ += length;
  return true;
}

result<GnuSparseReader::More> GnuSparseReader::read_header(const HeaderBlock& block) {
  if (const auto runs = read(block, kHeaderRunsOffset, kHeaderRuns); !runs) return runs.error();
  return block[kHeaderMoreOffset] == std::byte{0} ? More::no : More::yes;
}

result<GnuSparseReader::More> GnuSparseReader::read_continuation(const HeaderBlock& block) {
  if (const auto runs = read(block, 0, kContinuationRuns); !runs) return runs.error();
  return block[kContinuationRuns * kRunSize] == std::byte{0} ? More::no : More::yes;
}

// A run that begins with NUL ends the map. GNU tar looks at the size, Go at the offset: both must say so, and nothing
// may follow.
result<void> GnuSparseReader::read(const HeaderBlock& block, std::size_t runs_offset, std::size_t runs) {
  for (std::size_t i = 0; i < runs; ++i) {
    const Field offset{runs_offset + i * kRunSize, 12};
    const Field size{offset.offset + 12, 12};
    const bool no_offset = block[offset.offset] == std::byte{0};
    if (no_offset != (block[size.offset] == std::byte{0}) || (complete_ && !no_offset)) return bad_map();
    complete_ = no_offset;
    if (complete_) continue;
    const auto from = number(block, offset);
    const auto length = number(block, size);
    if (!from || !length || !map_.add(*from, *length, real_size_)) return bad_map();
    runs_.push_back({static_cast<std::uint64_t>(*from), static_cast<std::uint64_t>(*length)});
  }
  return {};
}

result<std::int64_t> gnu_sparse_real_size(const HeaderBlock& block) { return number(block, kRealSize); }

result<std::optional<PaxSparse>> read_pax_sparse(const PaxHeader& header, std::uint64_t stored_size) {
  const SparseRecords records(header.records);
  if (records.empty()) return std::optional<PaxSparse>{};
  const Version version = version_of(records);
  const auto real_size = records.number(version == Version::v1 ? "realsize" : "size");
  const bool other_size = records.find(version == Version::v1 ? "size" : "realsize").has_value();
  if (version == Version::unknown || real_size < 0 || other_size)
    return ParseError{"GNU.sparse records: expected those of version 0.0, 0.1 or 1.0, once and complete", 0};
  PaxSparse sparse{.real_size = static_cast<std::uint64_t>(real_size)};
  if (const auto name = records.find("name")) sparse.path = *name;
  if (sparse.path && (sparse.path->empty() || sparse.path->find('\0') != std::string::npos))
    return ParseError{"GNU.sparse.name: expected a name without NUL", 0};
  if (version == Version::v0)
    if (auto checked = check_map(records, sparse.real_size, stored_size); !checked) return checked.error();
  return std::optional(std::move(sparse));
}

std::vector<SparseRun> pax_runs(const std::vector<std::pair<std::string, std::string>>& records) {
  const auto numbers = numbers_of(SparseRecords(records)).value_or(std::vector<std::int64_t>{});
  std::vector<SparseRun> runs;
  for (std::size_t i = 0; i + 1 < numbers.size(); i += 2)
    runs.push_back({static_cast<std::uint64_t>(numbers[i]), static_cast<std::uint64_t>(numbers[i + 1])});
  return runs;
}

}  // namespace occy::tar
