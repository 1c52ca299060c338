// support/tree_listing.hpp: a tree on disk as text, to compare it whole.
#pragma once

#include <filesystem>
#include <string>

namespace occy::test {

/// A line for each name below `root`, sorted: "d usr", "f usr/a: content", "l usr/b -> a", "p fifo", "c null 1:3". Long
/// contents are cut.
[[nodiscard]] std::string list_tree(const std::filesystem::path& root);

}  // namespace occy::test
