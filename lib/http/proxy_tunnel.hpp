// http/proxy_tunnel.hpp: what is said to a proxy.
#pragma once

#include "http/connection.hpp"
#include "http/proxy_choice.hpp"

namespace occy::http {

/// CONNECT: afterwards the other end of `connection` is `origin`. Throws Errc::refused, with what the proxy said, and a
/// TransientError where that may pass.
void open_tunnel(Connection& connection, const Proxy& proxy, const Origin& origin);

/// The proxy wants to know who one is (407): throws Errc::refused, without the secret.
void refuse_unknown_user(const Response& response, const Proxy& proxy, Side side);

}  // namespace occy::http
