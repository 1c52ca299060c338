#include "io/file_source.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace occy::io {
namespace {

/// Somebody may have made the pipe non-blocking: the flag belongs to all who share it.
void wait_until_readable(int descriptor) {
  pollfd wait{descriptor, POLLIN, 0};
  ::poll(&wait, 1, -1);
}

}  // namespace

FileRangeSource::FileRangeSource(const File& file, std::uint64_t offset, std::uint64_t size)
    : file_(file), offset_(offset), left_(size), buffer_(std::min<std::uint64_t>(size, kBlockSize)) {}

Block FileRangeSource::next() {
  if (passed_end_)
    throw Error(Errc::size_mismatch, file_.side(),
                {.subject = file_.path(), .what = "a range ends before what was passed over in it"});
  const auto size = std::min<std::uint64_t>({left_, block_size_, buffer_.size()});
  const std::span<std::byte> block = std::span(buffer_).first(size);
  file_.read_exactly_at(block, offset_);
  offset_ += block.size();
  left_ -= block.size();
  block_size_ = std::min(2 * block_size_, kBlockSize);
  return block;
}

void FileRangeSource::skip(std::uint64_t bytes) noexcept {
  passed_end_ = passed_end_ || bytes > left_;
  const auto passed = std::min(bytes, left_);
  offset_ += passed;
  left_ -= passed;
  block_size_ = kSmallBlock;
}

DescriptorSource::DescriptorSource(int descriptor, std::string name, Side side)
    : descriptor_(descriptor), name_(std::move(name)), side_(side), buffer_(kBlockSize) {}

Block DescriptorSource::next() {
  while (!buffer_.empty()) {
    const ssize_t count = ::read(descriptor_, buffer_.data(), buffer_.size());
    if (count > 0) return Block(buffer_).first(static_cast<std::size_t>(count));
    if (count == 0)
      buffer_.clear();  // a terminal would give more after its end
    else if (errno == EAGAIN || errno == EWOULDBLOCK)
      wait_until_readable(descriptor_);
    else if (errno != EINTR)
      throw_system_error(errno, side_, name_, "cannot read");
  }
  return {};
}

}  // namespace occy::io
