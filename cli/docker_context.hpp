// cli/docker_context.hpp: the docker command's contexts, of which each names an engine.
#pragma once

#include <optional>
#include <string>

namespace occy::cli {

/// The context in use: DOCKER_CONTEXT, else `currentContext` of config.json. Missing: none, or the one named "default",
/// which means none. Throws Error when config.json cannot be read.
[[nodiscard]] std::optional<std::string> current_docker_context();

/// The engine's address that a context holds: "unix:///run/docker.sock". Throws Error when there is no such context.
[[nodiscard]] std::string docker_context_host(const std::string& context);

}  // namespace occy::cli
