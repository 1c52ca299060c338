#include "http/connection_pool.hpp"

#include <algorithm>

namespace occy::http {
namespace {

/// For one origin: as many as there are workers, as a rule.
constexpr std::size_t kIdleLimit = 8;

/// Servers and what stands between close theirs after 60 s and more.
constexpr std::chrono::seconds kIdleTime{60};

}  // namespace

std::unique_ptr<Connection> ConnectionPool::take(const Purpose& purpose) {
  const std::vector<Idle> old = take_old();
  while (true) {
    std::unique_ptr<Connection> connection;
    {
      const std::lock_guard lock{mutex_};
      const auto found = idle_.find(purpose);
      if (found == idle_.end() || found->second.empty()) return nullptr;
      connection = std::move(found->second.back().connection);
      found->second.pop_back();
    }
    if (connection->socket().is_quiet()) return connection;
  }
}

void ConnectionPool::keep(const Purpose& purpose, std::unique_ptr<Connection> connection) {
  const std::vector<Idle> old = take_old();
  Idle surplus;
  const std::lock_guard lock{mutex_};
  std::vector<Idle>& idle = idle_[purpose];
  idle.push_back({std::move(connection), std::chrono::steady_clock::now()});
  if (idle.size() <= kIdleLimit) return;
  surplus = std::move(idle.front());
  idle.erase(idle.begin());
}

/// Closed by the caller, outside the lock.
std::vector<ConnectionPool::Idle> ConnectionPool::take_old() {
  const auto oldest = std::chrono::steady_clock::now() - kIdleTime;
  std::vector<Idle> old;
  const std::lock_guard lock{mutex_};
  for (auto& [purpose, idle] : idle_) {
    const auto young = std::find_if(idle.begin(), idle.end(), [&](const Idle& one) { return one.since > oldest; });
    std::move(idle.begin(), young, std::back_inserter(old));
    idle.erase(idle.begin(), young);
  }
  return old;
}

}  // namespace occy::http
