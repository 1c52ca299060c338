// io/temporary_name.hpp: makes files under names that nobody else has.
#pragma once

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

}  // namespace occy::io
