// tree/walk.hpp: visits every name below a directory, however deep the tree, with a handful of descriptors.
#pragma once

#include <string>
#include <string_view>

#include "io/file.hpp"
#include "occy/entry.hpp"

namespace occy::tree {

/// A name that was found. Valid during the call.
struct FoundName {
  const io::File& directory;
  const std::string& name;

  /// From where the walk began: "usr/lib/os-release".
  const std::string& path;

  /// Never hard_link: one name is as good as the other. `other` for sockets.
  EntryType type;
};

/// Whether the walk goes into a directory.
enum class Below { visit, skip };

class TreeVisitor {
 public:
  virtual ~TreeVisitor() = default;

  /// Every name, a directory before what is in it. The answer matters for directories only. May remove it.
  virtual Below visit(const FoundName& found) = 0;

  /// A directory that was visited, after all that is in it. May remove it.
  virtual void leave(const FoundName& found);
};

/// Names come sorted by their bytes within each directory. No link is followed, no other file system entered. Throws
/// Errc::io when a directory cannot be listed, or when directories are moved about meanwhile.
void walk_tree(const io::File& directory, TreeVisitor& visitor);

/// The type of a mode as stat() gives it.
[[nodiscard]] EntryType type_of_mode(unsigned mode) noexcept;

}  // namespace occy::tree
