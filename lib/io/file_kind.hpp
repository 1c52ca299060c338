// io/file_kind.hpp: names for what is not a regular file.
#pragma once

#include <sys/stat.h>

#include <string_view>

namespace occy::io {

/// "a directory", "a fifo", "a socket", "a symbolic link", "a device", "a regular file".
[[nodiscard]] inline std::string_view kind_name(mode_t mode) noexcept {
  if (S_ISREG(mode)) return "a regular file";
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISFIFO(mode)) return "a fifo";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISLNK(mode)) return "a symbolic link";
  return "a device";
}

}  // namespace occy::io
