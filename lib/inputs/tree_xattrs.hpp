// inputs/tree_xattrs.hpp: extended attributes of a file, as records of its tar entry.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "io/file.hpp"

namespace occy {

/// "SCHILY.xattr.NAME" and the value, in the order of the names. Left out: what this user may not read, and
/// security.selinux, which is the packing machine's label and not the tree's.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> read_xattrs(const io::File& directory,
                                                                           const std::string& name);

}  // namespace occy
