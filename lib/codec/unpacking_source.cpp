#include "codec/unpacking_source.hpp"

#include <utility>

#include "io/file.hpp"

namespace occy::codec {

UnpackingSource::UnpackingSource(BlockSource& packed, std::unique_ptr<Unpacker> unpacker, std::uint64_t limit,
                                 std::string subject)
    : packed_(packed),
      unpacker_(std::move(unpacker)),
      limit_(limit),
      subject_(std::move(subject)),
      buffer_(io::kBlockSize) {}

Block UnpackingSource::next() {
  const std::size_t size = fill();
  produced_ += size;
  require_within_limit();
  return Block(buffer_).first(size);
}

// More input is only asked for when the unpacker makes nothing more of what it has: it may hold output back.
std::size_t UnpackingSource::fill() {
  std::size_t size = 0;
  while (size < buffer_.size()) {
    const Step done = step(std::span(buffer_).subspan(size));
    size += done.produced;
    if (done.consumed != 0 || done.produced != 0) continue;
    if (!input_.empty()) throw Error(Errc::bad_archive, Side::input, {subject_, "the compressed stream is broken"});
    input_ = packed_.next();
    if (input_.empty()) {
      require_end();
      break;
    }
  }
  return size;
}

Step UnpackingSource::step(std::span<std::byte> out) {
  try {
    const Step done = unpacker_->step(input_, out);
    input_ = input_.subspan(done.consumed);
    consumed_ += done.consumed;
    return done;
  } catch (BrokenStream& broken) {
    const std::string place = " near packed byte " + std::to_string(consumed_);
    throw Error(broken.code, Side::input,
                {subject_, std::move(broken.what) + place, std::move(broken.expected), std::move(broken.found)});
  }
}

void UnpackingSource::require_end() const {
  if (unpacker_->may_end()) return;
  throw Error(Errc::bad_archive, Side::input,
              {subject_, std::string("the ") + unpacker_->format() + " stream is cut", "more bytes",
               "the end after " + std::to_string(consumed_)});
}

void UnpackingSource::require_within_limit() const {
  if (produced_ <= limit_) return;
  throw Error(
      Errc::limit, Side::input,
      {subject_, "the compressed layer expands too far", "at most " + std::to_string(limit_) + " bytes", "more"});
}

}  // namespace occy::codec
