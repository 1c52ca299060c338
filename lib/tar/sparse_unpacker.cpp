#include "tar/sparse_unpacker.hpp"

#include <algorithm>

#include "tar/header.hpp"
#include "tar/pax.hpp"

namespace occy::tar {
namespace {

ParseError bad(const char* what) { return {std::string("sparse map: ") + what, 0}; }

// "1" stands in no other format.
bool has_map_in_data(const Entry& entry) {
  return std::any_of(entry.records.begin(), entry.records.end(),
                     [](const auto& record) { return record.first == "GNU.sparse.major" && record.second == "1"; });
}

std::vector<SparseRun> runs_of(const Entry& entry, std::span<const SparseRun> header_runs) {
  if (entry.type_byte == 'S') return {header_runs.begin(), header_runs.end()};
  return pax_runs(entry.records);
}

}  // namespace

SparseUnpacker::SparseUnpacker(const Entry& entry, std::span<const SparseRun> header_runs, const Limits& limits)
    : real_size_(entry.real_size),
      map_left_(limits.extended_header_bytes),
      in_map_(entry.type_byte != 'S' && has_map_in_data(entry)),
      runs_(in_map_ ? std::vector<SparseRun>{} : runs_of(entry, header_runs)) {}

result<void> SparseUnpacker::push(Block bytes, const Write& write) {
  if (in_map_) {
    auto rest = take_map(bytes);
    if (!rest) return rest.error();
    bytes = *rest;
  }
  while (!bytes.empty()) {
    while (run_ < runs_.size() && in_run_ == runs_[run_].size) ++run_, in_run_ = 0;
    if (run_ == runs_.size()) return bad("expected no data after the last run");
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), runs_[run_].size - in_run_));
    write(runs_[run_].offset + in_run_, bytes.first(count));
    in_run_ += count;
    bytes = bytes.subspan(count);
  }
  return {};
}

result<void> SparseUnpacker::finish() const {
  if (in_map_) return bad("expected it to end within the data");
  for (std::size_t i = run_; i < runs_.size(); ++i)
    if (runs_[i].size != (i == run_ ? in_run_ : 0)) return bad("expected data for every run");
  return {};
}

// Decimal numbers, a line each: how many runs, then offset and size of each; padded to whole blocks.
result<Block> SparseUnpacker::take_map(Block bytes) {
  while (!bytes.empty() && in_map_) {
    if (map_left_-- == 0) return bad("longer than the limit on extended headers");
    const char byte = static_cast<char>(bytes.front());
    bytes = bytes.subspan(1);
    ++map_size_;
    if (numbers_wanted_ == 0) {
      in_map_ = map_size_ % kBlock != 0;
      continue;
    }
    if (byte != '\n') {
      line_ += byte;
      continue;
    }
    if (auto ended = end_of_line(); !ended) return ended.error();
    in_map_ = numbers_wanted_ != 0 || map_size_ % kBlock != 0;
  }
  return bytes;
}

result<void> SparseUnpacker::end_of_line() {
  const auto number = parse_decimal(line_);
  line_.clear();
  if (!number || *number < 0) return bad("expected a decimal number a line");
  if (numbers_wanted_ >= 0) return add_number(*number);
  if (static_cast<std::uint64_t>(*number) > map_left_)
    return bad("more runs than the limit on extended headers allows");
  numbers_wanted_ = 2 * *number;
  return {};
}

result<void> SparseUnpacker::add_number(std::int64_t number) {
  const bool is_offset = numbers_wanted_-- % 2 == 0;
  if (is_offset) {
    offset_ = number;
    return {};
  }
  if (!checked_.add(offset_, number, real_size_)) return bad("expected runs in order within the file's size");
  runs_.push_back({static_cast<std::uint64_t>(offset_), static_cast<std::uint64_t>(number)});
  return {};
}

}  // namespace occy::tar
