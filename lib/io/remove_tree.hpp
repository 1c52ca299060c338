// io/remove_tree.hpp: removes what occy made itself, whatever an image put into it.
#pragma once

#include <string>

namespace occy::io {

/// Removes `name` in the open directory `parent` and all below it. Never follows a symbolic link and never enters
/// another file system; takes directories whose modes forbid it, and trees that are deeper than a path may be long,
/// with two descriptors. Best effort, for destructors: what cannot be removed stays.
void remove_tree(int parent, const std::string& name) noexcept;

}  // namespace occy::io
