// tree/case_folding.hpp: file systems on which two names of an image may be one.
#pragma once

#include <string>
#include <string_view>

#include "tree/root_directory.hpp"

namespace occy::tree {

/// Whether names that differ in case only are one name here. Writes and removes a directory.
[[nodiscard]] bool folds_case(const io::File& directory);

/// Throws Errc::destination when a name is there that is taken for `name`, and is another one.
void require_exact_name(const io::File& directory, const std::string& name);

/// The same for each component of a path.
void require_exact_path(const RootDirectory& root, std::string_view path);

}  // namespace occy::tree
