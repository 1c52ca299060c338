// occy/manifest.hpp: the image manifest that a source has beside the config: a document and its digest.
//
// Specification: OCI image-spec 1.1, manifest.md; Docker image manifest, schema 2.
#pragma once

#include <string>

#include "occy/digest.hpp"

namespace occy {

/// The manifest as its source stores it. Outputs that keep manifests (an OCI layout) write these bytes when the config
/// and every layer's blob are those that it names, so that its digest survives; otherwise they write one of their own.
struct ImageManifest {
  /// "application/vnd.oci.image.manifest.v1+json".
  std::string media_type;

  /// The document, byte for byte, already held against `digest`.
  std::string bytes;

  Digest digest;
};

}  // namespace occy
