// io/beneath.hpp: files below a directory, by names that a foreign document may have chosen.
//
// A name is a relative path: "blobs/sha256/3f…". No part of it may be "..", empty, or a symbolic link, so that nothing
// outside of the directory is ever reached.
#pragma once

#include <optional>
#include <string_view>

#include "io/file.hpp"

namespace occy::io {

/// Opens an existing regular file for reading. Throws Error (side): Errc::not_found when there is none, or when
/// something else has that name (the message says what); Errc::io when it cannot be opened.
[[nodiscard]] File open_beneath(const File& directory, std::string_view name, Side side);

/// The whole of such a file, of at most `limit` bytes. Throws as open_beneath(), and Errc::limit.
[[nodiscard]] std::string read_beneath(const File& directory, std::string_view name, Side side, std::uint64_t limit);

/// What tells whether the regular file of that name is still the same; missing when there is none.
[[nodiscard]] std::optional<FileStamp> stamp_beneath(const File& directory, std::string_view name);

/// Opens a directory, "" for `directory` itself, so that names in it can be made and synced. Throws as open_beneath().
[[nodiscard]] File open_directory_beneath(const File& directory, std::string_view name, Side side);

}  // namespace occy::io
