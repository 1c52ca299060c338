// inputs/examined_image.hpp: what the documents of a source say of an image, and everything that is wrong with them.
#pragma once

#include <optional>
#include <vector>

#include "occy/config.hpp"
#include "occy/layer.hpp"
#include "occy/manifest.hpp"
#include "occy/reference.hpp"
#include "tar/archive_fault.hpp"

namespace occy {

/// A plain value.
struct ExaminedImage {
  /// In the order in which they were found. Without errors, all of the below is there.
  std::vector<tar::ArchiveFault> faults = {};

  std::vector<Reference> references = {};
  std::optional<ImageConfig> config = {};

  /// Where the source has one.
  std::optional<ImageManifest> manifest = {};

  /// One for each position of the image that can be read.
  std::vector<LayerInfo> layers = {};
};

}  // namespace occy
