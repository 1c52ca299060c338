// occy/image_list.hpp: a list of images to move, and the share of it that is one worker's.
//
// `SOURCE DESTINATION` a line: docs/scale-out.md.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "occy/export.hpp"
#include "occy/result.hpp"

namespace occy {

/// One line of a list.
struct ListedImage {
  std::string source;
  std::string destination;
  std::size_t line = 0;  ///< from 1, for messages
};

/// Reads a list: two URIs a line, with white space between them, or, where there is a tab, with tabs, so that paths may
/// have spaces. Empty lines, and what follows a "#" at the beginning of a line or behind white space, say nothing.
///
/// Refused, with the number of the line: anything but two words, what is no URI, and a destination that an earlier line
/// has, however it is written (registry://debian is registry://docker.io/library/debian:latest). Directories that hold
/// many images (layout:// without a tag, dir:// with unique_names) may come again.
[[nodiscard]] OCCY_API result<std::vector<ListedImage>> parse_image_list(std::string_view text);

/// Worker `index` of `count`, from 1.
struct Shard {
  unsigned index = 1;
  unsigned count = 1;

  /// "2/8". At most kMostShards.
  [[nodiscard]] static OCCY_API result<Shard> parse(std::string_view text);
};

inline constexpr unsigned kMostShards = 4096;

/// Whose the destination is: of all numbers from 1 to `count`, the one for which SHA-256 of
///
///   DESTINATION, a line feed, the number in decimal
///
/// is greatest, as a number of 256 bits. The same for ever, in every version and on every machine; with another `count`
/// as few destinations as possible change hands. Before: `count` is not 0.
[[nodiscard]] OCCY_API unsigned shard_of(std::string_view destination, unsigned count);

}  // namespace occy
