// pipeline/config_checks.hpp: what `check` says about a config that parses.
#pragma once

#include "occy/check_results.hpp"
#include "occy/config.hpp"
#include "occy/limits.hpp"

namespace occy::pipeline {

/// `rootfs-type`, `history-count`, `platform`, `args-escaped` (docs/checks.md).
[[nodiscard]] CheckResults check_config(const ImageConfig& config, const Limits& limits);

}  // namespace occy::pipeline
