// docker/image_inspect.hpp: what an engine says of an image it has.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "occy/digest.hpp"
#include "occy/limits.hpp"
#include "occy/platform.hpp"
#include "occy/result.hpp"

namespace occy::docker {

/// One element of `Manifests` (API ≥ 1.48, containerd store).
struct InspectedManifest {
  std::string id;
  bool available = false;
  std::string kind;
};

struct ImageInspect {
  /// The config digest (classic store, Podman) or the digest of a manifest or index (containerd store).
  Digest id;

  std::vector<std::string> repo_tags;

  /// RootFS.Layers; empty for an image without layers, where engines leave it out.
  std::vector<Digest> diff_ids;

  Platform platform;
  std::string created;
  std::vector<InspectedManifest> manifests;
};

/// Reads the answer of GET /images/{name}/json. The error names the field, what was expected and what was found.
[[nodiscard]] result<ImageInspect> parse_image_inspect(std::string_view text, const Limits& limits);

}  // namespace occy::docker
