// io/destination.hpp: finds, before a byte is written, what makes writing impossible.
#pragma once

#include <filesystem>

namespace occy::io {

/// Where a write to `path` really goes: symbolic links are followed, also one whose target does not exist yet. Throws
/// Error (side: output, Errc::destination) when that is no place for a regular file.
[[nodiscard]] std::filesystem::path resolve_destination(const std::filesystem::path& path);

/// What stands where a directory is to be written.
enum class DirectoryState { missing, empty, filled };

struct DirectoryDestination {
  /// Absolute or relative as given, symbolic links followed, without a trailing slash.
  std::filesystem::path path;

  DirectoryState state = DirectoryState::missing;

  /// The permission bits of the directory that is there.
  std::filesystem::perms permissions = {};
};

/// Looks at a place for a directory; changes nothing. Throws Error (side: output, Errc::destination) when something
/// else stands there.
[[nodiscard]] DirectoryDestination look_at_directory(const std::filesystem::path& path);

/// Throws Error (side: output): Errc::destination, with a hint, for what the user can mend by naming another place or
/// by changing permissions; Errc::io for the rest.
[[noreturn]] void throw_destination_error(int error_number, const std::filesystem::path& path, const char* what);

}  // namespace occy::io
