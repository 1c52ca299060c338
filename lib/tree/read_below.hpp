// tree/read_below.hpp: reads a file of an image from its tree.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tree/root_directory.hpp"

namespace occy::tree {

/// The content of the regular file that `path` leads to, links followed within the root. Missing when there is none.
/// Throws Error: Errc::limit (side: input) above `most` bytes, Errc::io when it cannot be read.
[[nodiscard]] std::optional<std::string> read_below(const RootDirectory& root, std::string_view path,
                                                    std::uint64_t most);

}  // namespace occy::tree
