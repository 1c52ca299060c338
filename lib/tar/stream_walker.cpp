#include "tar/stream_walker.hpp"

#include <algorithm>
#include <utility>

#include "occy/error.hpp"

namespace occy::tar {

StreamWalker::StreamWalker(OnEntry on_entry, const Limits& limits) : walker_(limits), on_entry_(std::move(on_entry)) {}

result<void> StreamWalker::push(Block bytes) {
  if (failure_) return *failure_;
  while (!bytes.empty() && !ended_) {
    if (skip_ != 0) {
      const auto skipped = static_cast<std::size_t>(std::min<std::uint64_t>(skip_, bytes.size()));
      skip_ -= skipped;
      bytes = bytes.subspan(skipped);
      continue;
    }
    const auto taken = std::min(partial_.size() - partial_size_, bytes.size());
    std::copy_n(bytes.begin(), taken, partial_.begin() + static_cast<std::ptrdiff_t>(partial_size_));
    bytes = bytes.subspan(taken);
    partial_size_ += taken;
    if (partial_size_ == partial_.size())
      if (auto fed = feed(); !fed) return fed;
  }
  return {};
}

result<void> StreamWalker::feed() {
  partial_size_ = 0;
  const auto step = walker_.feed(partial_);
  if (!step) {
    failure_ = step.error();
    return *failure_;
  }
  ended_ = *step == Step::end;
  if (*step != Step::entry) return {};
  skip_ = padded(walker_.entry().stored_size);
  on_entry_(walker_.entry());
  return {};
}

result<void> StreamWalker::finish() const {
  if (failure_) return *failure_;
  const auto position = static_cast<std::size_t>(walker_.offset() - skip_ + partial_size_);
  if (skip_ != 0)
    return ParseError{"cut off: " + printable(walker_.entry().path) + ": expected " + std::to_string(skip_) +
                          " more bytes of data and padding, found the end",
                      position};
  if (partial_size_ != 0) return ParseError{"cut off: expected a block of 512 bytes, found the end", position};
  return walker_.finish();
}

bool StreamWalker::lacks_only_end() const noexcept {
  return skip_ == 0 && partial_size_ == 0 && !ended_ && walker_.lacks_only_end();
}

}  // namespace occy::tar
