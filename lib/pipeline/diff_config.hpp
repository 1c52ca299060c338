// pipeline/diff_config.hpp: in which values two configs differ.
#pragma once

#include <vector>

#include "occy/config.hpp"
#include "occy/diff.hpp"

namespace occy::pipeline {

/// In the order of the pointers' members; members of arrays by their numbers. Without the diff_ids, which are told as
/// layers.
[[nodiscard]] std::vector<ConfigDifference> compare_configs(const ImageConfig& a, const ImageConfig& b,
                                                            const Limits& limits);

/// Whether it is a time of creation: the image's, or that of a step of its history.
[[nodiscard]] bool is_creation_time(const ConfigDifference& difference);

/// The layers of both, paired by diff_id: the first in one with the first in the other.
[[nodiscard]] std::vector<LayerDifference> compare_layers(const ImageConfig& a, const ImageConfig& b);

}  // namespace occy::pipeline
