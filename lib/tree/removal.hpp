// tree/removal.hpp: removes parts of a growing tree, and what was kept of them.
#pragma once

#include <string>
#include <vector>

#include "tree/directory_ledger.hpp"
#include "tree/made_paths.hpp"
#include "tree/nodes.hpp"
#include "tree/record.hpp"

namespace occy::tree {

/// Who has to know that a name is gone. Borrowed.
struct Keepers {
  Record& record;
  DirectoryLedger& ledger;
};

/// Removes what stands in `place`, which is of `type`, and all below it. Throws Errc::io.
void remove_from_tree(const Place& place, EntryType type, Keepers keepers);

/// Removes all below the directory at `path` that is not among `made`; paths are from the root of the tree. Returns the
/// directories that stay without an entry of their own, for what is in them.
[[nodiscard]] std::vector<std::string> remove_others(const std::string& path, const io::File& directory,
                                                     Keepers keepers, const MadePaths& made);

}  // namespace occy::tree
