#include "http/connector.hpp"

#include "http/proxy_tunnel.hpp"
#include "http/tcp_socket.hpp"

namespace occy::http {

Connector::Connector(ClientOptions options) : options_(std::move(options)), proxies_(options_.proxies) {
  // The system's authorities take 20 ms to read: only who needs them waits. Named files are looked at at once.
  const TlsFiles& files = options_.tls;
  if (!files.authorities.empty() || !files.client_certificate.empty() || !files.client_key.empty())
    (void)context(Call::Certificates::verified);
}

std::unique_ptr<Connection> Connector::connect(const Purpose& purpose, Side side) {
  const Origin& origin = purpose.origin;
  const Peer peer{host_field(origin), side};
  const Proxy* const proxy = proxies_.proxy_for(origin);
  auto connection = proxy == nullptr ? connect_to(origin, peer)
                                     : connect_to(proxy->origin, {"proxy " + host_field(proxy->origin), side});
  if (origin.scheme == Origin::Scheme::http) {
    connection->socket().set_peer(peer);
    return connection;
  }
  if (proxy != nullptr) open_tunnel(*connection, *proxy, origin);
  connection->socket().set_peer(peer);
  connection->socket().secure(context(purpose.certificates), origin.host, options_.timeouts.connect);
  return connection;
}

const Proxy* Connector::spoken_to(const Origin& origin) const {
  return origin.scheme == Origin::Scheme::http ? proxies_.proxy_for(origin) : nullptr;
}

std::unique_ptr<Connection> Connector::connect_to(const Origin& server, const Peer& peer) const {
  return std::make_unique<Connection>(
      connect_tcp({server.host, server.port, peer, options_.timeouts.connect, options_.stop}), peer, options_.stop,
      options_.timeouts);
}

const TlsContext& Connector::context(Call::Certificates certificates) {
  const std::lock_guard lock{mutex_};
  std::unique_ptr<TlsContext>& context = certificates == Call::Certificates::any ? any_ : verified_;
  if (context == nullptr) context = std::make_unique<TlsContext>(options_.tls, certificates);
  return *context;
}

}  // namespace occy::http
