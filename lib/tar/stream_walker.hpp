// tar/stream_walker.hpp: a Walker that is pushed bytes as they stream by, in blocks of any size.
#pragma once

#include <functional>
#include <optional>

#include "tar/walker.hpp"

namespace occy::tar {

/// Calls `on_entry` for every entry, in order. File data is skipped; bytes after the end-of-archive marker are accepted
/// and ignored (they belong to the layer's digest all the same).
class StreamWalker {
 public:
  using OnEntry = std::function<void(const Entry&)>;

  explicit StreamWalker(OnEntry on_entry, const Limits& limits = {});

  /// An error is final and is returned by every later call too.
  [[nodiscard]] result<void> push(Block bytes);

  /// The stream has ended: whether the archive was complete.
  [[nodiscard]] result<void> finish() const;

  /// finish() is an error for one reason only: after the last whole entry, or after none at all, the end-of-archive
  /// marker is missing. Engines read that as a whole layer, and old tools wrote some.
  [[nodiscard]] bool lacks_only_end() const noexcept;

 private:
  [[nodiscard]] result<void> feed();

  Walker walker_;
  OnEntry on_entry_;
  HeaderBlock partial_{};
  std::size_t partial_size_ = 0;
  std::uint64_t skip_ = 0;
  bool ended_ = false;
  std::optional<ParseError> failure_;
};

}  // namespace occy::tar
