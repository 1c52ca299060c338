// support/archive_members.hpp: reads plain archives back, without the library's reader.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace occy::test {

/// Names and contents, in their order.
using ArchiveMembers = std::vector<std::pair<std::string, std::string>>;

/// The members of a ustar archive of regular files with short names, up to its two zero blocks; throws when something
/// stands behind these, or they are missing.
[[nodiscard]] ArchiveMembers archive_members(const std::string& archive);

}  // namespace occy::test
