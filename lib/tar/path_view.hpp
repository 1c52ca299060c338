// tar/path_view.hpp: one look at a path of a layer's entry, without copying it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace occy::tar {

/// What the components of a path say.
struct PathView {
  /// Without a leading "./" or "/" and without a trailing "/". Views the path that was looked at, or `storage` when
  /// components inside had to be dropped.
  std::string_view normalised = {};

  /// The last component.
  std::string_view base_name = {};

  std::size_t depth = 0;  ///< components
  bool absolute = false;
  bool has_dot_dot = false;
};

/// Looks at `path`. `storage` is used only for paths with "//" or "/./" inside.
[[nodiscard]] PathView look_at(std::string_view path, std::string& storage);

/// Whether a symbolic link at `depth` components leads above the root of its tree.
[[nodiscard]] bool climbs_out(std::string_view target, std::size_t depth) noexcept;

}  // namespace occy::tar
