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
  const std::span<std::byte> block = std::span(buffer_).first(std::min<std::uint64_t>(left_, buffer_.size()));
  file_.read_exactly_at(block, offset_);
  offset_ += block.size();
  left_ -= block.size();
  return block;
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
