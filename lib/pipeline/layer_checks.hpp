// pipeline/layer_checks.hpp: what `check` says about one layer, and how a failure becomes a finding.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "occy/check_results.hpp"
#include "occy/error.hpp"
#include "occy/layer.hpp"
#include "occy/limits.hpp"

namespace occy::pipeline {

/// What there is to say about a layer.
struct LayerVerdict {
  CheckResults findings;

  /// Missing when the layer could not be read to its end.
  std::optional<LayerRecord> record = {};
};

/// Reads a layer to its end and looks at every entry. Throws what is not the image's fault.
[[nodiscard]] LayerVerdict check_layer(LayerReader& reader, const Limits& limits, const std::stop_token& stop,
                                       const std::function<void(std::uint64_t)>& advanced);

/// Whether a failure says nothing about the image: I/O, a daemon that cannot be asked, a stop request.
[[nodiscard]] bool is_of_the_world(const Error& error) noexcept;

/// The finding (an error) that a failure which is the image's becomes.
[[nodiscard]] Finding as_finding(const Error& error, std::string check);

}  // namespace occy::pipeline
