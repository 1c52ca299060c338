// tree/xattrs.hpp: reads extended attributes of a name below an open directory.
#pragma once

#include <string>
#include <string_view>

#include "io/file.hpp"
#include "tree/attributes.hpp"

namespace occy::tree {

/// Sorted; without the labels that a host gives to what it likes (SELinux, IMA). `name` may be ".". No link is
/// followed. Throws Errc::io when they cannot be listed; a file system without them has none.
[[nodiscard]] Xattrs read_xattrs(const io::File& directory, const std::string& name);

/// Marks of overlay file systems: an image that brought its own would hide or show what it wants wherever the tree
/// becomes a layer.
[[nodiscard]] bool is_overlay_mark(std::string_view name) noexcept;

}  // namespace occy::tree
