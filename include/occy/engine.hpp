// occy/engine.hpp: how to reach a Docker or Podman engine.
#pragma once

#include <filesystem>
#include <stop_token>

#include "occy/limits.hpp"

namespace occy {

/// Shared by DockerInput and DockerWriter.
struct EngineOptions {
  /// The engine's Unix socket. The library does not look for one: the command does (docs/command-reference.md).
  std::filesystem::path socket = "/var/run/docker.sock";

  Timeouts timeouts = {};

  Limits limits = {};

  /// A stop request ends every wait for the engine at once, with Errc::cancelled.
  std::stop_token stop = {};
};

}  // namespace occy
