// cli/engine_socket.hpp: finds the engine's socket, as the docker command does, and then where engines usually listen.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "occy/error.hpp"

namespace occy::cli {

/// DOCKER_HOST, the docker context, then the first of the usual sockets that takes a connection: Docker's, rootless
/// Docker's, Podman's, rootless Podman's. Throws Error: Errc::unsupported for an address that is not a Unix socket,
/// Errc::unreachable (`side`) when none answers; the message lists what was tried.
[[nodiscard]] std::filesystem::path find_engine_socket(Side side);

/// `side` when opening `uri` there needs a socket that it does not name. Throws Error (side: usage) for what is wrong
/// with such a URI: that is said before an engine is looked for.
[[nodiscard]] std::optional<Side> side_without_socket(std::string_view uri, Side side);

}  // namespace occy::cli
