// inputs/registry_layer.hpp: the bytes of layers that are in a registry.
#pragma once

#include <memory>
#include <optional>

#include "inputs/registry_structure.hpp"
#include "occy/inputs/registry.hpp"
#include "registry/blob_cache.hpp"
#include "registry/repository.hpp"

namespace occy {

/// Where layers come from. Its readers share it.
struct RegistryLayers {
  registry::Repository repository;
  std::optional<registry::BlobCache> cache = {};
  RegistryInputOptions::ForeignLayers foreign = RegistryInputOptions::ForeignLayers::refuse;
};

/// Asks for nothing before the first block or size_hint(): a layer that nobody wants costs nothing. What the registry
/// does not have comes from the layer's "urls", when these are followed.
[[nodiscard]] std::unique_ptr<LayerReader> open_registry_layer(std::shared_ptr<RegistryLayers> layers,
                                                               RegistryLayer layer);

}  // namespace occy
