// http/unix_socket.hpp: connects to a server on this machine.
#pragma once

#include "http/exchange.hpp"

namespace occy::http {

/// A connected, non-blocking, close-on-exec socket; the caller owns it. Waits for a place in the server's queue as long
/// as Timeouts::connect. Throws Errc::unreachable, naming the path and why, Errc::timed_out and Errc::cancelled.
[[nodiscard]] int connect_unix(const Endpoint& endpoint);

}  // namespace occy::http
