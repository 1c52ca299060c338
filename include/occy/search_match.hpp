// occy/search_match.hpp: what a search finds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "occy/entry.hpp"
#include "occy/layer.hpp"

namespace occy {

/// How a pattern for paths is written. Paths are held against it without a leading "./" or "/", and without the
/// trailing "/" of directories.
enum class PatternSyntax {
  /// For the whole path, or for the last component when the pattern has neither a slash nor "**". `*` and `?` stay
  /// within a component, `**` crosses them, `**/` is also nothing, `[a-z]` is one of several characters, `\` takes a
  /// sign its meaning.
  glob,

  /// RE2's regular expressions, found anywhere in the whole path. Time is linear in the length of the path.
  regex,
};

/// The layer that something was found in.
struct SearchedLayer {
  /// Layers are counted as their source hands them out, from 0: lowest first, but for a daemon's export.
  std::size_t number = 0;

  LayerInfo info;

  /// The step of the build that made it; empty where the source does not say, or says so only at its end.
  std::string created_by = {};
};

/// One entry of a layer, or one line of one.
struct SearchMatch {
  enum class Kind {
    entry,     ///< a file, directory, link, device, …
    whiteout,  ///< says that `path` of lower layers is gone
    opaque,    ///< says that all that lower layers have in the directory `path` is gone
  } kind = Kind::entry;

  /// Without a leading "./" or "/" and a trailing "/". Any bytes but NUL.
  std::string path;

  EntryType type = EntryType::file;

  /// Target of a hard or symbolic link.
  std::string link = {};

  /// Bytes of the file when it is unpacked.
  std::uint64_t size = 0;

  /// Of a file's content.
  struct Line {
    std::uint64_t number = 1;  ///< counted from 1
    std::uint64_t offset = 0;  ///< of `text` in the stored bytes of the file

    /// Without its line feed; of a long line, a part of it that the match begins in. Any bytes.
    std::string text;
  };

  /// When content was searched: where it was found.
  std::optional<Line> line = {};
};

/// Takes matches: those of one layer after the other, in the order of the layers, within a layer in its own order.
///
/// Threads: called by one thread at a time. What it throws ends the job that searches.
using OnMatch = std::function<void(const SearchedLayer& layer, const SearchMatch& match)>;

}  // namespace occy
