#include "http/proxy_tunnel.hpp"

namespace occy::http {
namespace {

/// With the port always (RFC 9110, 7.1).
std::string authority_of(const Origin& origin) {
  const bool is_ipv6 = origin.host.find(':') != std::string::npos;
  return (is_ipv6 ? "[" + origin.host + "]" : origin.host) + ":" + std::to_string(origin.port);
}

}  // namespace

void open_tunnel(Connection& connection, const Proxy& proxy, const Origin& origin) {
  Request request{"CONNECT", authority_of(origin)};
  if (!proxy.authorization.empty()) request.fields.emplace_back("Proxy-Authorization", proxy.authorization);
  const Framing framing{.connection = Framing::Connection::keep, .host = request.target};
  connection.begin(request, framing);
  const Response& response = connection.response();
  const Peer& peer = connection.socket().peer();
  refuse_unknown_user(response, proxy, peer.side);
  if (response.status / 100 == 2) return connection.rest();
  ErrorDetail detail{{}, "the proxy does not connect to " + request.target};
  detail.found = "status " + std::to_string(response.status);
  if (response.status / 100 == 5) peer.fail_for_now(Errc::unreachable, std::move(detail));
  peer.fail(Errc::refused, std::move(detail));
}

void refuse_unknown_user(const Response& response, const Proxy& proxy, Side side) {
  if (response.status != 407) return;
  const char* const what = proxy.authorization.empty() ? "the proxy wants a user and a password"
                                                       : "the proxy refuses the user or the password";
  throw Error{Errc::refused,
              side,
              {"proxy " + host_field(proxy.origin), what, {}, "status 407", "give them in the proxy's URL"}};
}

}  // namespace occy::http
