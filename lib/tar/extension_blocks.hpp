// tar/extension_blocks.hpp: the raw header blocks of one entry, taken apart so that single parts can be replaced.
#pragma once

#include <string>
#include <vector>

#include "tar/header.hpp"

namespace occy::tar {

/// One extension header: its own block, and its text.
struct ExtensionBlocks {
  HeaderBlock header;
  std::string text;

  [[nodiscard]] char type() const noexcept { return static_cast<char>(header[kType.offset]); }
};

/// All blocks from an entry's first extension to its data.
struct EntryBlocks {
  std::vector<ExtensionBlocks> extensions;  ///< in their order, one of each type
  HeaderBlock header;
  HeaderBlock read_header;  ///< as it was split
  Block rest;               ///< of a sparse map; views what was split

  /// Before: a Walker has made one entry of exactly these blocks.
  [[nodiscard]] static EntryBlocks split(Block raw);

  /// Null when there is none of this type.
  [[nodiscard]] ExtensionBlocks* find(char type) noexcept;

  /// Puts them in a row again. Makes sizes and checksums right, and leaves out extensions whose text is empty.
  void append_to(std::vector<std::byte>& blocks);
};

}  // namespace occy::tar
