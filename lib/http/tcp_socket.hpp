// http/tcp_socket.hpp: connects to a server on the network.
#pragma once

#include "http/resolver.hpp"
#include "http/socket_descriptor.hpp"

namespace occy::http {

/// A connected, non-blocking, close-on-exec socket that sends small pieces at once. Tries the addresses of the name one
/// after the other, the next one as soon as the last one failed or has kept silent for a quarter of a second; the first
/// that answers counts. Throws Errc::unreachable with what each address said, Errc::timed_out and Errc::cancelled.
[[nodiscard]] SocketDescriptor connect_tcp(const TcpEndpoint& endpoint);

}  // namespace occy::http
