// tree/tree_proof.hpp: reads a tree back and holds it against the record of what was written.
#pragma once

#include <filesystem>
#include <stop_token>

#include "occy/check_results.hpp"
#include "occy/limits.hpp"
#include "occy/output.hpp"
#include "tree/attributes.hpp"
#include "tree/record.hpp"

namespace occy::tree {

/// Standard: how many names of each type there are. Full: each name, its type, mode, owner, size, content, target and
/// extended attributes; needs a record of everything, without which a `verify.unreachable` warning says so. Findings
/// name the very path. Never throws, never follows a link, changes nothing (access times neither, where the system
/// allows).
///
/// After a stop request the rest is not looked at: a `verify.unreachable` warning.
///
/// `root` is opened anew. Owners are compared when the tree was given to the image's.
[[nodiscard]] CheckResults prove_tree(const std::filesystem::path& root, const Record& record, Ownership ownership,
                                      VerifyLevel level, const Limits& limits, const std::stop_token& stop) noexcept;

}  // namespace occy::tree
