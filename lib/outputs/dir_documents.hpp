// outputs/dir_documents.hpp: which documents an image gets in a directory store.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "io/file.hpp"
#include "occy/outputs/dir.hpp"
#include "outputs/store.hpp"
#include "tar/catalog.hpp"
#include "tar/docker_archive.hpp"

namespace occy::outputs {

/// Throws Error (side: output, Errc::destination) when an image of this kind cannot join what is in a directory.
void require_dir_store(const io::File& directory, DirWriterOptions::Store kind, const Limits& limits);

/// The names that an image gets, each once. Throws Error (side: output) for what cannot be: a digest, no name where
/// there must be one, a name too long for a file, two names that would have one file.
[[nodiscard]] std::vector<Reference> store_names(const DirWriterOptions& options, const ImageDescription& image,
                                                 const std::filesystem::path& path);

/// What catalog.json says of the image: each name, and the file that describes it.
[[nodiscard]] tar::Catalog catalog_of(const std::vector<Reference>& names, DirWriterOptions::Store kind,
                                      const Digest& config);

/// The catalog with our entries; `now` is the store as it is, null when it is new. Entries that mean the same image
/// name give way. Throws Error (side: output, Errc::destination) when another image's manifest has the file name of one
/// of ours.
[[nodiscard]] tar::Catalog merged_catalog(const io::File* now, const tar::Catalog& ours, const Limits& limits);

}  // namespace occy::outputs
