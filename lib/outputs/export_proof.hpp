// outputs/export_proof.hpp: pulls a loaded image out of the engine again and hashes every byte of it.
#pragma once

#include "docker/engine.hpp"
#include "occy/check_results.hpp"
#include "occy/config.hpp"
#include "occy/engine.hpp"
#include "occy/reference.hpp"

namespace occy {

/// Exports the image `name` and holds what comes against `config`. Findings: "verify.config", "verify.layer". Throws
/// Error when the export breaks off or is no archive, Errc::cancelled after a stop request.
///
/// Cost: the whole image is streamed and hashed once.
[[nodiscard]] CheckResults check_export(docker::Engine& engine, const Reference& name, const ImageConfig& config,
                                        const EngineOptions& options);

}  // namespace occy
