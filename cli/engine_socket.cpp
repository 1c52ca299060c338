#include "engine_socket.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "docker_context.hpp"
#include "occy/uri.hpp"

namespace occy::cli {
namespace {

constexpr std::string_view kDefaultSocket = "/var/run/docker.sock";
constexpr std::string_view kUnix = "unix://";

// `origin` is where the address was found: "DOCKER_HOST".
std::filesystem::path socket_of_address(const std::string& address, const std::string& origin) {
  if (address.starts_with(kUnix)) {
    const std::string path = address.substr(kUnix.size());
    return path.empty() ? kDefaultSocket : path;
  }
  // The docker command reads a bare path as tcp://localhost:2375/PATH, which nobody means.
  const bool bare_path = address.starts_with('/');
  throw Error(Errc::unsupported, Side::usage,
              {.subject = origin,
               .what = "not the address of a Unix socket",
               .expected = "unix://PATH",
               .found = address,
               .hint = bare_path ? "write unix://" + address
                                 : "forward the engine's socket, for example: ssh -nNT -L "
                                   "/tmp/engine.sock:/var/run/docker.sock HOST, and add ?socket=/tmp/engine.sock"});
}

std::vector<std::string> usual_sockets() {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  const std::string user = runtime != nullptr && *runtime != '\0' ? runtime : "/run/user/" + std::to_string(::getuid());
  return {std::string(kDefaultSocket), user + "/docker.sock", "/run/podman/podman.sock", user + "/podman/podman.sock"};
}

// Why nobody answers there; missing when somebody does.
std::optional<std::string> refusal(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return "path too long";
  std::copy(path.begin(), path.end(), std::begin(address.sun_path));
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return std::strerror(errno);
  const int result = ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int failure = errno;
  ::close(descriptor);
  if (result == 0) return std::nullopt;
  return std::strerror(failure);
}

std::filesystem::path first_that_answers(const std::vector<std::string>& sockets, Side side) {
  std::string tried;
  for (const std::string& socket : sockets) {
    const auto why_not = refusal(socket);
    if (!why_not) return socket;
    tried += (tried.empty() ? "" : "; ") + socket + ": " + *why_not;
  }
  throw Error(Errc::unreachable, side,
              {.subject = "engine",
               .what = "no Docker or Podman socket answers",
               .found = tried,
               .hint = "start an engine, or name its socket: DOCKER_HOST=unix:///PATH, or ?socket=PATH in the URI"});
}

}  // namespace

std::filesystem::path find_engine_socket(Side side) {
  if (const char* host = std::getenv("DOCKER_HOST"); host != nullptr && *host != '\0')
    return socket_of_address(host, "DOCKER_HOST");
  if (const auto context = current_docker_context())
    return socket_of_address(docker_context_host(*context), "docker context '" + *context + "'");
  return first_that_answers(usual_sockets(), side);
}

std::optional<Side> side_without_socket(std::string_view uri, Side side) {
  const auto parsed = Uri::parse(uri);
  if (!parsed || parsed->scheme != "docker") return std::nullopt;
  const auto& options = parsed->options;
  if (std::any_of(options.begin(), options.end(), [](const auto& option) { return option.first == "socket"; }))
    return std::nullopt;
  // Neither asks an engine yet.
  if (side == Side::input)
    (void)open_input(uri);
  else
    (void)open_output(uri);
  return side;
}

}  // namespace occy::cli
