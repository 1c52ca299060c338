// occy/search.hpp: finds files in the layers of an image.
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>

#include "occy/export.hpp"
#include "occy/input.hpp"
#include "occy/limits.hpp"
#include "occy/search_match.hpp"

namespace occy {

struct SearchOptions {
  /// Which paths.
  std::string pattern;
  PatternSyntax syntax = PatternSyntax::glob;

  /// A regular expression (RE2): then lines of regular files are found, and `pattern` says of which. Of a sparse file
  /// the stored bytes are searched; a file with several names is searched under the one that has the content.
  std::optional<std::string> content = {};

  /// Which of the entries that the pattern finds.
  enum class Scope {
    every_layer,  ///< all, layer by layer
    visible,      ///< those that a container would see
    deleted,      ///< those at whose path a container would see nothing
  } scope = Scope::every_layer;

  /// Layers at once, at most. 0: one for each processor, 4 at most.
  unsigned jobs = 0;

  Limits limits = {};
  std::stop_token stop = {};
};

/// Tells `on_match` everything that is found, and returns how much that was.
///
/// A search looks, it does not prove: where layers are stored plain in a file, only the headers of their entries are
/// read, and the bytes are not held against any digest; check() does that. A layer that is no tar archive is an Error.
///
/// Throws Error: Errc::bad_text (side: usage) for a pattern that does not parse; else what reading throws, which may
/// come after matches were told. Memory: some MiB; with another scope than every_layer about 60 bytes for each entry of
/// all layers, and the matches, which wait until all layers are known, within Limits::tree_text_bytes.
OCCY_API std::size_t search(ImageInput& input, const SearchOptions& options, const OnMatch& on_match);

}  // namespace occy
