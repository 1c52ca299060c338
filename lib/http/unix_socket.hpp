// http/unix_socket.hpp: connects to a server on this machine.
#pragma once

#include "http/exchange.hpp"
#include "http/socket_descriptor.hpp"

namespace occy::http {

/// A connected, non-blocking, close-on-exec socket. Waits for a place in the server's queue as long
/// as Timeouts::connect. Throws Errc::unreachable, naming the path and why, Errc::timed_out and Errc::cancelled.
[[nodiscard]] SocketDescriptor connect_unix(const Endpoint& endpoint);

}  // namespace occy::http
