// tar/docker_archive.hpp: the documents inside a docker-save archive, and which image they describe. Shared by the
// inputs that read archives (from a file, from a pipe, from a daemon).
//
// docs/formats.md, "docker archive".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "occy/config.hpp"
#include "occy/limits.hpp"
#include "occy/reference.hpp"
#include "occy/result.hpp"

namespace occy::tar {

/// One element of manifest.json.
struct ArchiveImage {
  std::string config;               ///< member name, normalised
  std::vector<std::string> tags;    ///< RepoTags as written; null is empty
  std::vector<std::string> layers;  ///< member names, normalised, lowest layer first
};

/// Reads manifest.json. Refuses everything that is not a list of objects with `Config` (string) and `Layers` (list of
/// strings); `RepoTags` may be null or absent; keys that are not known are ignored. The message names the element and
/// the key. An empty list is refused: there is no image.
[[nodiscard]] result<std::vector<ArchiveImage>> parse_archive_manifest(std::string_view text, const Limits& limits);

/// The image that `wanted` names, compared in canonical form; without `wanted`, the only one. The error lists the names
/// that there are.
[[nodiscard]] result<const ArchiveImage*> choose_image(const std::vector<ArchiveImage>& images,
                                                       const std::optional<Reference>& wanted);

/// The digest that a member's name promises for its bytes: `blobs/sha256/<hex>`, `<hex>.json` promise the stored bytes;
/// nothing for `<id>/layer.tar`, whose first part may be anything.
[[nodiscard]] std::optional<Digest> digest_in_name(std::string_view member_name);

/// The references as `RepoTags` holds them, each once: with a tag, because engines refuse one without; those that have
/// nothing but a digest are left out.
[[nodiscard]] std::vector<std::string> repo_tags(const std::vector<Reference>& references);

/// What TarWriter and DockerWriter write: "<hex>/layer.tar", "<hex>.json".
[[nodiscard]] std::string layer_member_name(const Digest& diff_id);
[[nodiscard]] std::string config_member_name(const Digest& config_digest);

/// manifest.json with one image: {"Config","RepoTags","Layers"} in this order, no white space, a final newline;
/// RepoTags is null without names.
[[nodiscard]] std::string make_archive_manifest(const ArchiveImage& image);

}  // namespace occy::tar
