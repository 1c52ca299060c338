// tree/removal.hpp: removes parts of a growing tree, and what was kept of them.
#pragma once

#include <functional>
#include <string>

#include "tree/directory_ledger.hpp"
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

/// Removes all below the directory at `path` but what `is_kept` and the directories on the way to that. Asked with
/// paths from the root of the tree.
void remove_below(const std::string& path, const io::File& directory, Keepers keepers,
                  const std::function<bool(const std::string& path)>& is_kept);

}  // namespace occy::tree
