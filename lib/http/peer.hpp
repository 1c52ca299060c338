// http/peer.hpp: who is at the other end of a connection, for messages.
#pragma once

#include <chrono>
#include <string>

#include "occy/error.hpp"

namespace occy::http {

struct Peer {
  /// A socket's path, or "registry.example:5000".
  std::string name;

  /// Who asks: the side of every Error.
  Side side = Side::input;

  /// Throws an Error about this server.
  [[noreturn]] void fail(Errc code, ErrorDetail detail) const;

  /// The same with a TransientError: another try may go well.
  [[noreturn]] void fail_for_now(Errc code, ErrorDetail detail) const;
};

/// "10 s", "0.3 s"
[[nodiscard]] std::string seconds(std::chrono::milliseconds time);

}  // namespace occy::http
