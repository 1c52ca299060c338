// http/connector.hpp: makes connections to origins.
#pragma once

#include <memory>
#include <mutex>

#include "http/connection.hpp"
#include "http/proxy_choice.hpp"
#include "http/tls_context.hpp"

namespace occy::http {

/// What connections of one client have in common. Two of equal purpose may stand in for each other.
struct Purpose {
  Origin origin;
  Call::Certificates certificates = Call::Certificates::verified;

  friend bool operator==(const Purpose&, const Purpose&) = default;
  friend auto operator<=>(const Purpose&, const Purpose&) = default;
};

/// Threads: may be used by several at once.
class Connector {
 public:
  /// Throws Error (side: usage) as Client does.
  explicit Connector(ClientOptions options);

  /// A new connection, through the proxy where there is one, after TLS's handshake.
  [[nodiscard]] std::unique_ptr<Connection> connect(const Purpose& purpose, Side side);

  /// The proxy that each request to `origin` is sent to; null: none, or a tunnel through one.
  [[nodiscard]] const Proxy* spoken_to(const Origin& origin) const;

 private:
  [[nodiscard]] std::unique_ptr<Connection> connect_to(const Origin& server, const Peer& peer) const;
  [[nodiscard]] const TlsContext& context(Call::Certificates certificates);

  ClientOptions options_;
  ProxyChoice proxies_;
  std::mutex mutex_;
  std::unique_ptr<TlsContext> verified_;
  std::unique_ptr<TlsContext> any_;
};

}  // namespace occy::http
