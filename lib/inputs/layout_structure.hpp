// inputs/layout_structure.hpp: what an OCI layout holds as an image, and everything that is wrong with it.
#pragma once

#include <optional>
#include <vector>

#include "inputs/directory_members.hpp"
#include "inputs/file_layers.hpp"
#include "occy/inputs/layout.hpp"
#include "occy/manifest.hpp"

namespace occy {

/// A plain value.
struct LayoutStructure {
  /// In the order in which they were found. Without errors, all of the below is there.
  std::vector<tar::ArchiveFault> faults;

  std::vector<Reference> references;
  std::optional<ImageManifest> manifest;
  std::optional<ImageConfig> config;
  FileLayers layers;
};

/// Reads the documents of the layout, no layer. Throws only when a file cannot be read.
[[nodiscard]] LayoutStructure examine_layout(const DirectoryMembers& members, const LayoutInputOptions& options);

}  // namespace occy
