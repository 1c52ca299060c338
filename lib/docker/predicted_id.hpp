// docker/predicted_id.hpp: the two identities that an engine can give an image that was sent to it as a docker-save
// archive with uncompressed layers.
#pragma once

#include <string>
#include <vector>

#include "occy/config.hpp"
#include "occy/layer.hpp"

namespace occy::docker {

/// The Docker schema-2 manifest that the containerd store makes of such an archive, byte for byte (docs/docker-api.md,
/// "Identity"). `layers`: one for each diff_id of the config, repeated ones repeated.
[[nodiscard]] std::string predicted_manifest(const ImageConfig& config, const std::vector<LayerRecord>& layers);

}  // namespace occy::docker
