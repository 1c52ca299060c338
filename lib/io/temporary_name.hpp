// io/temporary_name.hpp: makes files and directories under names that nobody else has.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace occy::io {

/// A new, empty file and its name.
struct TemporaryFile {
  int descriptor = -1;
  std::string name;
};

/// Creates ".PREFIX.RANDOM.tmp" in an open directory, readable and writable for whom the umask allows it. The prefix is
/// cut so that the name is allowed on every file system. The descriptor is -1, with errno, when that fails.
[[nodiscard]] TemporaryFile create_temporary(int directory, std::string_view prefix);

/// The same for a directory with the bits of `mode` that the umask allows. The name is empty, with errno, when that
/// fails.
[[nodiscard]] std::string create_temporary_directory(int directory, std::string_view prefix, mode_t mode);

}  // namespace occy::io
