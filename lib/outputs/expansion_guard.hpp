// outputs/expansion_guard.hpp: looks at what a layer's entries declare, before a daemon unpacks them.
#pragma once

#include <cstdint>
#include <string>

#include "occy/limits.hpp"
#include "tar/stream_walker.hpp"

namespace occy {

/// Adds up the unpacked sizes of a layer's entries as it streams by: 20 KB of archive can declare a hole of an exabyte,
/// and daemons fill their disk with it.
///
/// A layer that cannot be walked is refused too. The daemon's reader may find entries where ours gave up, so letting it
/// pass would be a way around the limit. A layer that merely ends early is not: nothing more can be declared in it.
class ExpansionGuard {
 public:
  /// `subject` names the layer in messages.
  ExpansionGuard(std::string subject, const Limits& limits);

  // The walker's callback holds `this`.
  ExpansionGuard(const ExpansionGuard&) = delete;
  ExpansionGuard& operator=(const ExpansionGuard&) = delete;

  /// To be called before the bytes are sent on. Throws Errc::limit or Errc::bad_archive (side: output).
  void push(Block bytes);

 private:
  std::string subject_;
  std::uint64_t limit_;
  std::uint64_t declared_ = 0;
  tar::StreamWalker walker_;
};

}  // namespace occy
