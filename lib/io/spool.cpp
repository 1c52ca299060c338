#include "io/spool.hpp"

#include <algorithm>

namespace occy::io {

void Spool::append(Block bytes) {
  while (!bytes.empty()) {
    const auto taken = std::min(bytes.size(), kMemory - end_.size());
    end_.insert(end_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
    bytes = bytes.subspan(taken);
    if (end_.size() == kMemory) move_to_file();
  }
}

void Spool::move_to_file() {
  if (!file_) file_ = make_nameless_file(directory_, side_);
  file_->write_at(end_, in_file_);
  in_file_ += end_.size();
  end_.clear();
}

void Spool::overwrite(std::uint64_t offset, Block bytes) {
  const auto in_file = part_in_file(offset, bytes.size());
  if (in_file != 0) file_->write_at(bytes.first(in_file), offset);
  const auto rest = bytes.subspan(in_file);
  std::copy(rest.begin(), rest.end(), end_.begin() + end_position(offset + in_file));
}

void Spool::read(std::uint64_t offset, std::span<std::byte> into) const {
  const auto in_file = part_in_file(offset, into.size());
  if (in_file != 0) file_->read_exactly_at(into.first(in_file), offset);
  const auto rest = into.subspan(in_file);
  std::copy_n(end_.begin() + end_position(offset + in_file), rest.size(), rest.begin());
}

std::size_t Spool::part_in_file(std::uint64_t offset, std::size_t size) const noexcept {
  return static_cast<std::size_t>(std::min<std::uint64_t>(size, in_file_ - std::min(offset, in_file_)));
}

// Zero for what ends in the file, of which nothing is to be copied.
std::ptrdiff_t Spool::end_position(std::uint64_t offset) const noexcept {
  return static_cast<std::ptrdiff_t>(std::max(offset, in_file_) - in_file_);
}

}  // namespace occy::io
