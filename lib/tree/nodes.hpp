// tree/nodes.hpp: makes one name in an open directory: a file, a directory, a link, a device.
//
// Nothing is replaced and no link is followed: a name that is taken is the caller's business.
#pragma once

#include <optional>
#include <string>

#include "io/file.hpp"
#include "occy/entry.hpp"
#include "tree/attributes.hpp"
#include "tree/remarks.hpp"

namespace occy::tree {

/// A name to be made.
struct Place {
  const io::File& directory;
  std::string name;

  /// From the root, without links.
  std::string path;

  [[nodiscard]] std::string shown() const { return (directory.path() / name).string(); }
};

/// Throws Errc::limit (side: input) for a path that no system call would take: links can lead deeper than that.
void require_short(const Place& place);

/// Readable for the caller alone until its attributes are set. Missing when the name is taken. Throws Errc::io.
[[nodiscard]] std::optional<io::File> make_file(const Place& place);

/// False when the name is taken.
[[nodiscard]] bool make_directory(const Place& place);
[[nodiscard]] bool make_symbolic_link(const Place& place, const std::string& target);
[[nodiscard]] bool make_hard_link(const Place& place, const io::File& target_directory, const std::string& target_name);

/// What became of a device or a fifo.
enum class Made { node, empty_file };

/// A device node needs root. Where it cannot be made, an empty file takes its name, and `remarks` says so. Missing when
/// the name is taken.
[[nodiscard]] std::optional<Made> make_special(const Place& place, const Entry& entry, Ownership ownership,
                                               Remarks& remarks);

/// A device or a fifo with the mode and number of another one. False when the name is taken.
[[nodiscard]] bool make_node(const Place& place, unsigned mode, std::uint64_t number);

/// What stands there; missing when nothing does.
[[nodiscard]] std::optional<EntryType> type_at(const Place& place);

/// Removes what can be removed: all but SELinux's label, which is the host's. ACLs that a directory above hands down
/// are among them.
void clear_xattrs(const io::File& directory);

/// Opens a directory that stands in `place`, for listing and for its attributes.
[[nodiscard]] io::File open_directory_at(const Place& place);

}  // namespace occy::tree
