// outputs/registry_index_verify.hpp: asks a registry for an index and all below it, and holds the answers against what
// was written.
//
// The numbered checks: docs/verification.md, "RegistryWriter".
#pragma once

#include <string>
#include <vector>

#include "occy/manifest.hpp"
#include "outputs/registry_verify.hpp"

namespace occy::outputs {

/// What a repository must hold.
struct PushedIndex {
  ImageManifest root;

  /// Manifests and indexes below the root.
  std::vector<Descriptor> documents = {};

  /// Configs and layers.
  std::vector<Descriptor> blobs = {};
};

/// All checks of the level. `reference`: the tag or digest that the root was given. Never throws.
[[nodiscard]] CheckResults verify_index_in_registry(registry::Repository& repository, const std::string& reference,
                                                    const PushedIndex& index, const Proof& proof) noexcept;

}  // namespace occy::outputs
