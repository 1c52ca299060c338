// inputs/layout_structure.hpp: what an OCI layout holds as an image, and everything that is wrong with it.
#pragma once

#include "inputs/directory_source.hpp"
#include "occy/inputs/layout.hpp"

namespace occy {

/// Reads the documents of the layout, no layer. Throws only when a file cannot be read.
[[nodiscard]] DirectoryImage examine_layout(const DirectoryMembers& members, const LayoutInputOptions& options);

}  // namespace occy
