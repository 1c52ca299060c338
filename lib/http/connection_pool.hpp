// http/connection_pool.hpp: connections that wait for their next exchange.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "http/connector.hpp"

namespace occy::http {

/// Threads: may be used by several at once.
class ConnectionPool {
 public:
  /// The one that was used last, if there is one whose server has not closed it; else null.
  [[nodiscard]] std::unique_ptr<Connection> take(const Purpose& purpose);

  /// Closes what has waited too long, and what is too much.
  void keep(const Purpose& purpose, std::unique_ptr<Connection> connection);

 private:
  struct Idle {
    std::unique_ptr<Connection> connection;
    std::chrono::steady_clock::time_point since;
  };

  [[nodiscard]] std::vector<Idle> take_old();

  std::mutex mutex_;
  std::map<Purpose, std::vector<Idle>> idle_;  ///< the longest waiting first
};

}  // namespace occy::http
