// tree/link_resolver.hpp: follows the links of a path, as if the tree's root were the root of all.
//
// Text only: what stands in the tree is asked of the caller. So a tree may lie in one directory, or in a stack of
// layers.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace occy::tree {

/// What stands at one place.
struct Sight {
  enum class Kind { missing, directory, link, other } kind = Kind::missing;

  /// Where a link leads, as it is written.
  std::string target = {};
};

/// Asked with a path from the root, "usr/lib", whose directories are all directories and no links.
using Look = std::function<Sight(const std::string& path)>;

/// Where a path leads.
struct Resolved {
  /// The deepest directory of the path that exists, without any link; empty for the root.
  std::string directory;

  /// The components below it that do not exist, or of which the first is no directory.
  std::vector<std::string> missing = {};

  /// Whether something else stands where the first missing component should be.
  bool blocked = false;
};

/// Follows every link of `path`, the last one too. ".." of the root is the root, as after chroot; an absolute link
/// begins there. Throws std::system_error (ELOOP) after as many links as the kernel follows, 40, or when their
/// targets together are longer than the longest path, 4,095 bytes.
[[nodiscard]] Resolved resolve_links(std::string_view path, const Look& look);

/// `directory` and `name` with a slash between them, where one is needed.
[[nodiscard]] std::string joined(std::string_view directory, std::string_view name);

/// The directory of a path, and its last component. Views.
struct SplitPath {
  std::string_view directory;
  std::string_view name;
};
[[nodiscard]] SplitPath split_path(std::string_view path) noexcept;

}  // namespace occy::tree
