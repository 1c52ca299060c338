#include "http/resolver.hpp"

#include <netdb.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

namespace occy::http {
namespace {

/// Of one name. A name with hundreds of addresses is not tried for hours.
constexpr std::size_t kAddressLimit = 16;

/// What getaddrinfo says.
struct Lookup {
  int status = 0;
  int system_error = 0;
  std::vector<Address> addresses = {};
};

std::vector<Address> to_addresses(const addrinfo* list) {
  std::vector<Address> addresses;
  for (; list != nullptr && addresses.size() < kAddressLimit; list = list->ai_next) {
    if (list->ai_family != AF_INET && list->ai_family != AF_INET6) continue;
    Address& address = addresses.emplace_back();
    std::memcpy(&address.bytes, list->ai_addr, list->ai_addrlen);
    address.size = list->ai_addrlen;
  }
  return addresses;
}

Lookup look_up(const std::string& host, std::uint16_t port, int flags) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  Lookup lookup;
  lookup.status = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (lookup.status == EAI_SYSTEM) lookup.system_error = errno;
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned{lookup.status == 0 ? list : nullptr, ::freeaddrinfo};
  lookup.addresses = to_addresses(owned.get());
  return lookup;
}

/// Shared by the one who waits and the one who looks up, as either may be gone first.
struct Desk {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::optional<Lookup> lookup;
};

/// Lookup::status instead of running out of memory: who waits has to hear.
Lookup look_up_safely(const std::string& host, std::uint16_t port) noexcept {
  try {
    return look_up(host, port, 0);
  } catch (const std::exception&) {
    return {.status = EAI_MEMORY};
  }
}

/// getaddrinfo cannot be interrupted and may take minutes: its thread is let go, not joined, and touches nothing but
/// the desk.
std::shared_ptr<Desk> start_lookup(const TcpEndpoint& endpoint) {
  auto desk = std::make_shared<Desk>();
  const auto work = [desk, host = endpoint.host, port = endpoint.port] {
    Lookup lookup = look_up_safely(host, port);
    const std::lock_guard lock{desk->mutex};
    desk->lookup = std::move(lookup);
    desk->changed.notify_all();
  };
  try {
    std::thread{work}.detach();
  } catch (const std::system_error& error) {
    endpoint.peer.fail_for_now(Errc::unreachable, {{}, "cannot look the name up", {}, error.code().message()});
  }
  return desk;
}

Lookup look_up_aside(const TcpEndpoint& endpoint, std::chrono::steady_clock::time_point deadline) {
  const std::shared_ptr<Desk> desk = start_lookup(endpoint);
  std::unique_lock lock{desk->mutex};
  if (desk->changed.wait_until(lock, endpoint.stop, deadline, [&] { return desk->lookup.has_value(); }))
    return std::move(*desk->lookup);
  if (endpoint.stop.stop_requested()) endpoint.peer.fail(Errc::cancelled, {{}, "cancelled"});
  endpoint.peer.fail_for_now(Errc::timed_out,
                             {{}, "timed out", {}, "no answer about the name in " + seconds(endpoint.limit)});
}

[[noreturn]] void fail(const Lookup& lookup, const Peer& peer) {
  ErrorDetail detail{{}, "the name does not resolve"};
  if (lookup.status == EAI_SYSTEM)
    detail.found = std::generic_category().message(lookup.system_error);
  else
    detail.found = lookup.status == 0 ? "no address of the internet" : ::gai_strerror(lookup.status);
  if (lookup.status == EAI_AGAIN || lookup.status == EAI_SYSTEM || lookup.status == EAI_MEMORY)
    peer.fail_for_now(Errc::unreachable, std::move(detail));
  peer.fail(Errc::unreachable, std::move(detail));
}

/// Takes the kinds in turn, the system's first choice first.
std::vector<Address> in_turn(const std::vector<Address>& addresses) {
  std::vector<Address> sorted = addresses;
  const auto kind = addresses.front().bytes.ss_family;
  const auto others = std::stable_partition(sorted.begin(), sorted.end(),
                                            [&](const Address& address) { return address.bytes.ss_family == kind; });
  std::vector<Address> mixed;
  for (auto first = sorted.begin(), second = others; first != others || second != sorted.end();) {
    if (first != others) mixed.push_back(*first++);
    if (second != sorted.end()) mixed.push_back(*second++);
  }
  return mixed;
}

}  // namespace

std::string Address::text() const {
  std::array<char, NI_MAXHOST> host{};
  const auto* address = reinterpret_cast<const sockaddr*>(&bytes);
  const bool known = ::getnameinfo(address, size, host.data(), host.size(), nullptr, 0, NI_NUMERICHOST) == 0;
  return known ? host.data() : "?";
}

std::vector<Address> find_addresses(const TcpEndpoint& endpoint, std::chrono::steady_clock::time_point deadline) {
  Lookup lookup = look_up(endpoint.host, endpoint.port, AI_NUMERICHOST);
  if (lookup.status == EAI_NONAME) lookup = look_up_aside(endpoint, deadline);
  if (lookup.addresses.empty()) fail(lookup, endpoint.peer);
  return in_turn(lookup.addresses);
}

}  // namespace occy::http
