// http/proxy_choice.hpp: through which proxy a server is reached.
#pragma once

#include <optional>
#include <string>

#include "http/no_proxy.hpp"
#include "occy/registry.hpp"

namespace occy::http {

struct Proxy {
  Origin origin;

  /// For "Proxy-Authorization"; empty: none. A secret.
  std::string authorization = {};
};

/// Threads: may be used by several at once.
class ProxyChoice {
 public:
  /// Throws Error (side: usage) when a URL cannot be used; it is not shown, as it may hold a password.
  explicit ProxyChoice(const Proxies& proxies);

  /// Null: none.
  [[nodiscard]] const Proxy* proxy_for(const Origin& origin) const;

 private:
  std::optional<Proxy> http_;
  std::optional<Proxy> https_;
  NoProxy no_proxy_;
};

}  // namespace occy::http
