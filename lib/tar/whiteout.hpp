// tar/whiteout.hpp: what a path in a layer means: something that is there, or something that is gone.
//
// Specification: OCI image-spec 1.1, layer.md, "Whiteouts". The base name decides, whatever the type of the entry: so
// do the engines.
#pragma once

#include <string_view>

#include "tar/path_view.hpp"

namespace occy::tar {

enum class PathKind {
  ordinary,  ///< a file of the image
  whiteout,  ///< ".wh.NAME": lower layers' NAME in this directory is hidden
  opaque,    ///< ".wh..wh..opq": all that lower layers have in this directory is hidden
  reserved,  ///< any other ".wh..wh.…", or something below one: aufs kept its own files there; ignored
  bad,       ///< a whiteout that names nothing, "." or ".."; or something below a whiteout
};

struct PathMeaning {
  PathKind kind = PathKind::ordinary;

  /// Where it happens, normalised, "" for the root. Views what the PathView views.
  std::string_view directory = {};

  /// The last component: of the file itself, or of what the whiteout hides. Empty for an opaque marker, and for the
  /// root.
  std::string_view name = {};
};

[[nodiscard]] PathMeaning meaning_of(const PathView& path) noexcept;

}  // namespace occy::tar
