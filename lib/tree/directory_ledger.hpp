// tree/directory_ledger.hpp: modes and times that directories get when nothing more is written into them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "tree/attributes.hpp"
#include "tree/root_directory.hpp"

namespace occy::tree {

/// A directory is writable for its maker while the tree grows, and every name made in it changes its time. So both are
/// kept here until the end: about 100 bytes and the path for each directory.
class DirectoryLedger {
 public:
  /// Replaces what was kept of the same path. The empty path is the root's. Throws Error (side: input, Errc::limit) for
  /// more directories, or longer paths, than any image has.
  void keep(std::string_view path, const Attributes& attributes);

  /// The directory is gone.
  void forget(std::string_view path);

  /// What was kept; null when nothing was.
  [[nodiscard]] const Attributes* find(std::string_view path) const;

  /// Sets all of them, the deepest first: the mode of a directory may close the way to those below. Forgets them.
  void settle(const RootDirectory& root, const AttributeSetter& setter);

 private:
  /// Real images stay below 100,000 directories, with 5 MiB of paths.
  static constexpr std::size_t kMostDirectories = 500'000;
  static constexpr std::uint64_t kMostText = std::uint64_t{32} << 20U;

  void require_room(std::string_view path);

  std::map<std::string, Attributes, std::less<>> directories_;
  std::uint64_t text_ = 0;  // bytes of all paths
};

}  // namespace occy::tree
