// outputs/registry_verify.hpp: asks a registry for an image, and holds the answers against what was written.
//
// The numbered checks: docs/verification.md, "RegistryWriter".
#pragma once

#include <string>
#include <vector>

#include "occy/check_results.hpp"
#include "occy/layer.hpp"
#include "occy/manifest.hpp"
#include "outputs/proof.hpp"
#include "registry/repository.hpp"

namespace occy::outputs {

/// What a repository must hold.
struct PushedImage {
  ImageManifest manifest;
  Descriptor config;

  /// One for each diff_id of the config, in its order, with what is stored.
  std::vector<LayerRecord> layers;
};

/// All checks of the level. `reference`: the tag or digest that the image was given. Never throws.
[[nodiscard]] CheckResults verify_in_registry(registry::Repository& repository, const std::string& reference,
                                              const PushedImage& image, const Proof& proof) noexcept;

}  // namespace occy::outputs
