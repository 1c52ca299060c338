// io/append.hpp: adds to the end of a file that others may be adding to.
#pragma once

#include <filesystem>
#include <string_view>

#include "occy/error.hpp"

namespace occy::io {

/// Throws Error (side) when append() would fail: the directory is not there, or one may not write. Makes nothing.
void require_appendable(const std::filesystem::path& path, Side side);

/// Adds `text` in one write; makes the file when it is not there. Throws Error (side); then a part may stand there,
/// when the disk is full.
void append(const std::filesystem::path& path, std::string_view text, Side side);

}  // namespace occy::io
