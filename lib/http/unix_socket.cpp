#include "http/unix_socket.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <system_error>

namespace occy::http {
namespace {

using Clock = std::chrono::steady_clock;

/// How often a full queue is tried again: the kernel tells nobody when it has room.
constexpr std::chrono::milliseconds kRetry{5};

[[noreturn]] void fail(const Endpoint& endpoint, Errc code, std::string what, std::string found, std::string hint) {
  throw Error{code, endpoint.side, {endpoint.socket.string(), std::move(what), {}, std::move(found), std::move(hint)}};
}

sockaddr_un address_of(const Endpoint& endpoint) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string& path = endpoint.socket.native();
  if (path.empty() || path.find('\0') != std::string::npos)
    fail(endpoint, Errc::unreachable, "not a path of a socket", {}, {});
  if (path.size() >= sizeof address.sun_path)
    throw Error{
        Errc::unreachable,
        endpoint.side,
        {path, "the socket's path is too long", "at most " + std::to_string(sizeof address.sun_path - 1) + " bytes",
         std::to_string(path.size()), "reach it by a shorter path, such as a symbolic link"}};
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

/// On Linux a regular file or a directory answers ECONNREFUSED, as a socket does that nobody listens on.
[[noreturn]] void fail_refused(const Endpoint& endpoint) {
  std::error_code ignored;
  if (std::filesystem::is_socket(endpoint.socket, ignored))
    fail(endpoint, Errc::unreachable, "nobody listens on this socket", {}, "is the engine running?");
  fail(endpoint, Errc::unreachable, "not a socket", {}, "name the engine's Unix socket");
}

[[noreturn]] void fail_to_connect(const Endpoint& endpoint, int error) {
  switch (error) {
    case ENOENT:
      fail(endpoint, Errc::unreachable, "no such socket", {}, "is the engine running, and is this its socket?");
    case EACCES:
    case EPERM:
      fail(endpoint, Errc::unreachable, "no permission to use this socket", {},
           "run as root, or as a member of the group that owns the socket");
    case ECONNREFUSED:
    case ENOTSOCK:
      fail_refused(endpoint);
    case EPROTOTYPE:
      fail(endpoint, Errc::unreachable, "a socket, but not a stream", {}, "name the engine's Unix socket");
    default:
      fail(endpoint, Errc::unreachable, "cannot connect", std::generic_category().message(error), {});
  }
}

/// Returns early on a stop request.
void pause(const std::stop_token& stop) {
  std::mutex mutex;
  std::unique_lock lock{mutex};
  std::condition_variable_any{}.wait_for(lock, stop, kRetry, [] { return false; });
}

void wait_for_room(const Endpoint& endpoint, Clock::time_point deadline) {
  if (Clock::now() >= deadline)
    fail(endpoint, Errc::timed_out, "the server does not accept connections", {}, "is the engine busy or stopped?");
  pause(endpoint.stop);
}

}  // namespace

SocketDescriptor connect_unix(const Endpoint& endpoint) {
  const sockaddr_un address = address_of(endpoint);
  const Clock::time_point deadline = Clock::now() + endpoint.timeouts.connect;
  SocketDescriptor descriptor{::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
  if (descriptor.get() < 0) fail_to_connect(endpoint, errno);
  // Connecting to a Unix socket is done at once or not at all; EAGAIN means that the server's queue is full.
  while (true) {
    if (endpoint.stop.stop_requested()) fail(endpoint, Errc::cancelled, "cancelled", {}, {});
    if (::connect(descriptor.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
      return descriptor;
    if (errno == EAGAIN)
      wait_for_room(endpoint, deadline);
    else if (errno != EINTR)
      fail_to_connect(endpoint, errno);
  }
}

}  // namespace occy::http
