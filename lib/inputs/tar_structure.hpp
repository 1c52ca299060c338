// inputs/tar_structure.hpp: what an archive file holds as an image, and everything that is wrong with it.
#pragma once

#include <string>
#include <vector>

#include "inputs/examined_image.hpp"
#include "inputs/tar_layers.hpp"
#include "occy/inputs/tar.hpp"

namespace occy {

/// A plain value.
struct TarImage {
  ExaminedImage image;

  /// Each member once, in manifest order.
  std::vector<StoredLayer> stored;
};

/// Reads the documents of the archive, no layer. Throws only when the file cannot be read.
[[nodiscard]] TarImage examine_tar(const io::File& file, const tar::ArchiveIndex& index, std::string archive,
                                   const TarInputOptions& options);

}  // namespace occy
