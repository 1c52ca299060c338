// outputs/docker_verify.hpp: asks an engine whether it has what it was sent. docs/verification.md, "DockerWriter".
#pragma once

#include <vector>

#include "docker/engine.hpp"
#include "occy/check_results.hpp"
#include "occy/config.hpp"
#include "occy/layer.hpp"
#include "occy/outputs/docker.hpp"
#include "occy/reference.hpp"

namespace occy {

/// What was proved of an image while it was sent.
struct LoadedImage {
  Reference name;
  ImageConfig config;
  std::vector<LayerRecord> layers;  ///< one for each diff_id of the config
};

/// One inspect, held against the two identities that an engine can give the image; with EngineProof::export_ every blob
/// too. Never throws: an engine that cannot be asked is the warning "verify.unreachable".
[[nodiscard]] CheckResults verify_in_engine(docker::Engine& engine, const LoadedImage& image, EngineProof proof,
                                            const EngineOptions& options);

}  // namespace occy
