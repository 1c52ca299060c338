// inputs/dir_structure.hpp: what a directory store holds as an image, and everything that is wrong with it.
#pragma once

#include <optional>
#include <vector>

#include "inputs/directory_members.hpp"
#include "inputs/file_layers.hpp"
#include "occy/inputs/dir.hpp"
#include "tar/docker_archive.hpp"

namespace occy {

/// A plain value.
struct DirStructure {
  /// In the order in which they were found. Without errors, all of the below is there.
  std::vector<tar::ArchiveFault> faults;

  std::vector<Reference> references;
  std::optional<ImageConfig> config;
  FileLayers layers;
};

/// Reads the documents of the directory, no layer. Throws only when a file cannot be read.
[[nodiscard]] DirStructure examine_dir(const DirectoryMembers& members, const DirInputOptions& options);

}  // namespace occy
