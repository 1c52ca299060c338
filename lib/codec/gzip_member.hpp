// codec/gzip_member.hpp: where one gzip member ends and the next begins, the same for every inflater.
#pragma once

#include "codec/unpacker.hpp"

namespace occy::codec {

/// RFC 1952: a stream is one member after another, and nothing else.
class GzipMembers {
 public:
  [[nodiscard]] bool between() const noexcept { return state_ == State::between; }

  /// Call when bytes arrive between two members. Throws when they do not begin a member: what lies behind the stream is
  /// in no digest of the layer.
  void begin_next(std::byte first) {
    if (first != std::byte{0x1f}) throw_junk();
    state_ = State::in_later;
  }

  void end() noexcept { state_ = State::between; }

  /// The header is none of gzip: behind the first member that is junk, too.
  [[noreturn]] void throw_bad_header() const {
    if (state_ == State::in_later) throw_junk();
    throw BrokenStream{.what = "not a gzip header"};
  }

 private:
  enum class State { in_first, between, in_later };

  [[noreturn]] static void throw_junk() { throw BrokenStream{.what = "bytes follow the end of the gzip stream"}; }

  State state_ = State::in_first;
};

}  // namespace occy::codec
