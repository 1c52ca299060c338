// tree/root_directory.hpp: opens what lies below a directory, and nothing else.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "io/file.hpp"
#include "tree/link_resolver.hpp"

namespace occy::tree {

/// How the way down is gone.
enum class Descent {
  kernel,      ///< openat2(RESOLVE_IN_ROOT), Linux 5.6; step by step where there is none, or a sandbox forbids it
  components,  ///< component by component, each with O_NOFOLLOW
};

/// The root of a tree. Paths are relative, without "." and "..": "usr/lib"; empty for the root itself. No link is ever
/// followed by the system: links are text that resolve() reads, so nothing outside the root can be reached.
class RootDirectory {
 public:
  explicit RootDirectory(io::File root, Descent descent = Descent::kernel);

  /// The directory at `path`, opened for names below it only (O_PATH). Missing where something on the way is not
  /// there, a link, or no directory. Throws Errc::io for all other reasons.
  [[nodiscard]] std::optional<io::File> find(std::string_view path) const;

  /// Follows the links of `path` within the root.
  [[nodiscard]] Resolved resolve(std::string_view path) const;

  /// What stands at `path`, whose directory has no links.
  [[nodiscard]] Sight look(const std::string& path) const;

  [[nodiscard]] const io::File& root() const noexcept { return root_; }
  [[nodiscard]] Descent descent() const noexcept { return descent_; }

 private:
  [[nodiscard]] int open_by_kernel(const std::string& path) const noexcept;
  [[nodiscard]] int open_by_components(std::string_view path) const noexcept;

  io::File root_;
  Descent descent_;
};

/// Opens a directory for listing, and for changes of itself, through an open one. Throws Errc::io.
[[nodiscard]] io::File reopen_directory(const io::File& directory);

}  // namespace occy::tree
