// tar/header_text.hpp: texts in a header block: names, and where a path is cut so that it fits.
#pragma once

#include <string_view>

#include "tar/header.hpp"

namespace occy::tar {

/// All zero but for the type and the magic of POSIX.
[[nodiscard]] HeaderBlock blank_ustar_header(char type_byte) noexcept;

/// Fills the field: the text, cut to what fits, and NULs.
void put_text(HeaderBlock& block, Field field, std::string_view text) noexcept;

/// Puts the path into the name field, and its beginning into `prefix` where it is too long for that. False when it does
/// not fit; then nothing was put.
[[nodiscard]] bool put_split_path(HeaderBlock& block, Field prefix, std::string_view path) noexcept;

/// Puts the beginning of a path that stands elsewhere, for readers that do not look there. It never looks like a
/// directory's.
void put_shortened_path(HeaderBlock& block, std::string_view path) noexcept;

}  // namespace occy::tar
