#include "tree/entry_stream.hpp"

#include <algorithm>
#include <utility>

#include "occy/error.hpp"

namespace occy::tree {

EntryStream::EntryStream(std::string name, EntryTaker& taker, const Limits& limits)
    : name_(std::move(name)), taker_(taker), walker_(limits) {}

void EntryStream::push(Block bytes) {
  while (!bytes.empty() && !ended_) {
    if (data_left_ != 0) {
      take_data(bytes);
      continue;
    }
    if (padding_left_ != 0) {
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(padding_left_, bytes.size()));
      padding_left_ -= count;
      bytes = bytes.subspan(count);
      continue;
    }
    const auto count = std::min(block_.size() - block_size_, bytes.size());
    std::copy_n(bytes.begin(), count, block_.begin() + static_cast<std::ptrdiff_t>(block_size_));
    block_size_ += count;
    bytes = bytes.subspan(count);
    if (block_size_ == block_.size()) take_header();
  }
}

void EntryStream::take_header() {
  block_size_ = 0;
  const auto step = walker_.feed(block_);
  if (!step) refuse(step.error());
  ended_ = *step == tar::Step::end;
  all_zero_ = all_zero_ && tar::is_zero(block_);
  if (*step == tar::Step::entry) begin_entry();
}

void EntryStream::begin_entry() {
  const Entry& entry = walker_.entry();
  data_left_ = entry.stored_size;
  padding_left_ = tar::padded(entry.stored_size) - entry.stored_size;
  taker_.begin_entry(entry, walker_.sparse_runs());
  if (data_left_ == 0) taker_.end_entry();
}

void EntryStream::take_data(Block& bytes) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(data_left_, bytes.size()));
  taker_.take_data(bytes.first(count));
  data_left_ -= count;
  bytes = bytes.subspan(count);
  if (data_left_ == 0) taker_.end_entry();
}

void EntryStream::pass(std::uint64_t bytes) {
  const auto data = std::min(bytes, data_left_);
  data_left_ -= data;
  padding_left_ -= bytes - data;
  if (data != 0 && data_left_ == 0) taker_.end_entry();
}

void EntryStream::finish() {
  const bool in_data = data_left_ != 0 || padding_left_ != 0;
  if (!in_data && (ended_ || is_all_zero())) return;
  if (!in_data && block_size_ == 0 && walker_.lacks_only_end()) return;
  const auto walked = walker_.finish();
  refuse(walked ? ParseError{"cut off: expected more bytes, found the end", 0} : walked.error());
}

// Engines take no bytes, or nothing but zeros, for an empty layer.
bool EntryStream::is_all_zero() const noexcept {
  const auto partial = Block(block_).first(block_size_);
  return all_zero_ && std::all_of(partial.begin(), partial.end(), [](std::byte byte) { return byte == std::byte{0}; });
}

void EntryStream::refuse(const ParseError& error) const {
  throw Error(Errc::bad_archive, Side::input,
              {.subject = name_,
               .what = "the layer is not a readable tar archive",
               .found = error.message + " at offset " + std::to_string(error.position)});
}

}  // namespace occy::tree
