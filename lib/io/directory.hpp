// io/directory.hpp: what is done with directories by descriptor, so that one that is renamed meanwhile does not matter.
#pragma once

#include <filesystem>

#include "io/file.hpp"

namespace occy::io {

/// Opens a directory to make names in it. One that may be written but not listed is opened too; it cannot be synced.
/// Throws Error (side: output): Errc::destination, with a hint, when it is not there or no directory.
[[nodiscard]] File open_directory(const std::filesystem::path& path);

/// Opens a directory to read what is below it. Throws Error (side): Errc::not_found, or Errc::io.
[[nodiscard]] File open_directory_to_read(const std::filesystem::path& path, Side side);

/// "." for a path that is a mere name.
[[nodiscard]] std::filesystem::path parent_of(const std::filesystem::path& path);

/// Returns when the names in `directory` are safe on disk; at once on a file system that cannot say so. Throws
/// Errc::io.
void sync_directory(const File& directory);

}  // namespace occy::io
