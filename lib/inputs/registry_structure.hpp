// inputs/registry_structure.hpp: what a registry holds as an image, and everything that is wrong with it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "inputs/examined_image.hpp"
#include "occy/platform.hpp"
#include "registry/repository.hpp"

namespace occy {

/// A layer, and where else it can be had.
struct RegistryLayer {
  LayerInfo info;
  std::vector<std::string> urls = {};
};

/// A plain value.
struct RegistryImage {
  ExaminedImage image;

  /// Each blob once, lowest layer first.
  std::vector<RegistryLayer> layers;
};

/// Fetches the documents; of a layer, a few bytes, and that only where neither its media type nor its diff_id say how
/// it is packed. Throws what has nothing to do with the image: a registry that cannot be reached, or lets nobody in.
[[nodiscard]] RegistryImage examine_registry(registry::Repository& repository, const std::optional<Platform>& platform,
                                             const Limits& limits);

/// Asks for the size of each layer (HEAD). Faults: "archive-blob-missing", "layer-size".
[[nodiscard]] std::vector<tar::ArchiveFault> find_missing_layers(registry::Repository& repository,
                                                                 const std::vector<RegistryLayer>& layers);

}  // namespace occy
