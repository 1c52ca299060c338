// inputs/archive_file.hpp: opens an archive in a regular file.
#pragma once

#include <filesystem>

#include "io/file.hpp"
#include "tar/archive_fault.hpp"

namespace occy {

/// Fault "archive": there is no such file, or it is empty or compressed as a whole. Whether it is an archive shows when
/// it is read.
[[nodiscard]] tar::checked<io::File> open_archive(const std::filesystem::path& path);

}  // namespace occy
