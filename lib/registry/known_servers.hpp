// registry/known_servers.hpp: servers that have answered. One for each session.
#pragma once

#include <mutex>
#include <set>

#include "http/url.hpp"

namespace occy::registry {

/// Threads: may be used by several at once.
class KnownServers {
 public:
  void note(const http::Origin& server) {
    const std::scoped_lock lock(mutex_);
    servers_.insert(server);
  }

  [[nodiscard]] bool contains(const http::Origin& server) const {
    const std::scoped_lock lock(mutex_);
    return servers_.contains(server);
  }

 private:
  mutable std::mutex mutex_;
  std::set<http::Origin> servers_;
};

}  // namespace occy::registry
