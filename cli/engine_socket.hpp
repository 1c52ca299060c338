// cli/engine_socket.hpp: finds the engine's socket, as the docker command does, and then where engines usually listen.
#pragma once

#include <filesystem>
#include <string_view>

#include "occy/error.hpp"

namespace occy::cli {

/// DOCKER_HOST, the docker context, then the first of the usual sockets that takes a connection: Docker's, rootless
/// Docker's, Podman's, rootless Podman's. Throws Error: Errc::unsupported for an address that is not a Unix socket,
/// Errc::unreachable (`side`) when none answers; the message lists what was tried.
[[nodiscard]] std::filesystem::path find_engine_socket(Side side);

/// Whether opening `uri` needs a socket that it does not name.
[[nodiscard]] bool needs_engine_socket(std::string_view uri);

}  // namespace occy::cli
