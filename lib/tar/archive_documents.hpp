// tar/archive_documents.hpp: the rules that the documents of a docker-save archive must keep, wherever their bytes come
// from (a file, a pipe, a daemon).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tar/archive_fault.hpp"
#include "tar/docker_archive.hpp"

namespace occy::tar {

inline constexpr const char* kManifestName = "manifest.json";

/// The fault of an archive without manifest.json. `has_member` is asked for the names by which other forms are known:
/// the hint says what to do with those.
[[nodiscard]] ArchiveFault manifest_missing(const std::string& archive,
                                            const std::function<bool(const std::string&)>& has_member);

/// The fault of an archive that has manifest.json several times: readers differ in which one they take.
[[nodiscard]] ArchiveFault manifest_repeated(const std::string& archive);

[[nodiscard]] checked<std::vector<ArchiveImage>> read_manifest(const std::string& archive, const std::string& bytes,
                                                               const Limits& limits);

[[nodiscard]] checked<const ArchiveImage*> find_image(const std::string& archive,
                                                      const std::vector<ArchiveImage>& images,
                                                      const std::optional<Reference>& wanted);

/// Holds `bytes` against the digest in the name of the member, then parses them.
[[nodiscard]] checked<ImageConfig> read_config(const std::string& archive, const std::string& member, std::string bytes,
                                               const Limits& limits);

/// Whether manifest.json lists as many layers as the config has diff_ids.
[[nodiscard]] checked<void> check_layer_count(const std::string& archive, const ArchiveImage& image,
                                              const ImageConfig& config);

/// The same for another document that lists layers.
[[nodiscard]] checked<void> check_layer_count_in(const std::string& document, std::size_t layers,
                                                 const ImageConfig& config);

/// The fault of a member that an image uses and that is there several times.
[[nodiscard]] ArchiveFault member_repeated(const std::string& subject);

/// The fault of a layer member that is listed for two diff_ids.
[[nodiscard]] ArchiveFault layer_shared(const std::string& subject, const Digest& expected, const Digest& found);

/// The fault, with the id `check`, of a document over Limits::document_bytes.
[[nodiscard]] ArchiveFault document_too_large(const std::string& subject, std::string check, std::uint64_t size,
                                              const Limits& limits);

}  // namespace occy::tar
