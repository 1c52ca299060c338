// pipeline/filtered_image.hpp: what may be said of an image before its filters have worked, and its config afterwards.
#pragma once

#include <vector>

#include "occy/image.hpp"
#include "occy/limits.hpp"

namespace occy::pipeline {

/// Without all that a filter may change: identities, sizes, documents.
[[nodiscard]] ImageDescription without_identity(const ImageDescription& image);
[[nodiscard]] LayerInfo without_identity(const LayerInfo& layer);

/// The config with these layers; the same bytes when they are the same.
[[nodiscard]] ImageConfig with_layers(const ImageConfig& config, const std::vector<Digest>& diff_ids,
                                      const Limits& limits);

}  // namespace occy::pipeline
