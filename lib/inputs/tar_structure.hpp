// inputs/tar_structure.hpp: what an archive file holds as an image, and everything that is wrong with it.
#pragma once

#include <optional>
#include <vector>

#include "inputs/tar_layers.hpp"
#include "occy/inputs/tar.hpp"
#include "occy/manifest.hpp"
#include "tar/docker_archive.hpp"

namespace occy {

/// A plain value.
struct TarStructure {
  /// In the order in which they were found. Without errors, all of the below is there.
  std::vector<tar::ArchiveFault> faults;

  std::optional<tar::ArchiveImage> image;
  std::vector<Reference> references;
  std::optional<ImageConfig> config;

  /// Where index.json leads to one.
  std::optional<ImageManifest> manifest;

  /// One per element of `Layers` that can be read.
  std::vector<LayerInfo> layers;

  /// Each once, in manifest order.
  std::vector<StoredLayer> stored;
};

/// Reads the documents of the archive, no layer. Throws only when the file cannot be read.
[[nodiscard]] TarStructure examine_tar(const io::File& file, const tar::ArchiveIndex& index, std::string archive,
                                       const TarInputOptions& options);

}  // namespace occy
