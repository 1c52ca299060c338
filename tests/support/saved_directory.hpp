// support/saved_directory.hpp: members of an archive as files of a directory: a docker_25 archive is an OCI layout.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "support/archive_builder.hpp"

namespace occy::test {

/// Writes regular members; returns the directory.
std::filesystem::path write_members(const std::filesystem::path& directory, const std::vector<TarMember>& members);

/// Every regular file below a directory, as relative paths, sorted.
[[nodiscard]] std::vector<std::string> files_below(const std::filesystem::path& directory);

/// An OCI layout of one image, written by code that occy does not use.
std::filesystem::path write_layout(const std::filesystem::path& directory, const SavedImage& image,
                                   Compression compression = Compression::none);

/// Changes one blob and every digest and size on the way up to index.json, so that only what was changed is wrong.
void rewrite_manifest(const std::filesystem::path& layout, const std::string& from, const std::string& to);

}  // namespace occy::test
