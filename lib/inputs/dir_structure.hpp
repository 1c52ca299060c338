// inputs/dir_structure.hpp: what a directory store holds as an image, and everything that is wrong with it.
#pragma once

#include "inputs/directory_source.hpp"
#include "occy/inputs/dir.hpp"

namespace occy {

/// Reads the documents of the directory, no layer. Throws only when a file cannot be read.
[[nodiscard]] DirectoryImage examine_dir(const DirectoryMembers& members, const DirInputOptions& options);

}  // namespace occy
