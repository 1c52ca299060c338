// http/resolver.hpp: from a name to addresses.
#pragma once

#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "http/peer.hpp"

namespace occy::http {

/// Where to connect, and how long one may try in all.
struct TcpEndpoint {
  std::string host;  ///< a name or an address
  std::uint16_t port = 0;
  Peer peer = {};
  std::chrono::milliseconds limit{std::chrono::seconds{10}};
  std::stop_token stop = {};
};

struct Address {
  sockaddr_storage bytes = {};
  socklen_t size = 0;

  /// The number, without the port: "127.0.0.1", "::1".
  [[nodiscard]] std::string text() const;
};

/// At least one, those of IPv6 and IPv4 in turn, so that one kind that leads nowhere costs one wait. Throws
/// Errc::unreachable, Errc::timed_out, Errc::cancelled.
[[nodiscard]] std::vector<Address> find_addresses(const TcpEndpoint& endpoint,
                                                  std::chrono::steady_clock::time_point deadline);

}  // namespace occy::http
