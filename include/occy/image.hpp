// occy/image.hpp: what can be said of an image before any of its layers is read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "occy/config.hpp"
#include "occy/layer.hpp"
#include "occy/manifest.hpp"
#include "occy/platform.hpp"
#include "occy/reference.hpp"

namespace occy {

/// A description as an input gives it. What a source tells only at its end, or not at all, is missing.
struct ImageDescription {
  /// Where the image is, for messages: "image.tar", "docker://debian:12".
  std::string source;

  /// The names that the source has for the image; outputs that keep names write these.
  std::vector<Reference> references = {};

  /// What the source takes for the image's identity: the config digest, or the manifest digest on a containerd store.
  std::optional<Digest> id = {};

  std::optional<Platform> platform = {};

  /// RFC 3339 as the source has it; empty when it does not say.
  std::string created = {};

  /// Where the source gives it up front. Otherwise ImageInput::config() has it after the layers.
  std::optional<ImageConfig> config = {};

  /// Where the source has one, and gives it up front.
  std::optional<ImageManifest> manifest = {};

  /// The kind of the source's manifest: "application/vnd.oci.image.manifest.v1+json"; told also where filters may
  /// change what the manifest says. Empty: that of `manifest`, where there is one.
  std::string manifest_type = {};

  /// One per diff_id, lowest layer first. Missing (not empty) where the source tells its layers only as they come.
  std::optional<std::vector<LayerInfo>> layers = {};
};

}  // namespace occy
