// pipeline/index_walk.hpp: everything that an index leads to.
#pragma once

#include <cstddef>
#include <stop_token>
#include <vector>

#include "occy/blobs.hpp"
#include "occy/limits.hpp"
#include "tar/oci_document.hpp"

namespace occy::pipeline {

/// A manifest or an index, and what it says.
struct IndexDocument {
  ImageManifest stored;
  tar::OciDocument content;
};

/// Reads what a document says. Throws Error (side: input), Errc::bad_document, about `source`.
[[nodiscard]] IndexDocument read_index_document(const std::string& source, ImageManifest stored, const Limits& limits);

/// Asks for a document, and holds it against its descriptor. Throws Error (side: input): Errc::digest_mismatch,
/// Errc::size_mismatch, Errc::bad_document, Errc::unsupported for a media type that is neither a manifest's nor an
/// index's.
[[nodiscard]] IndexDocument fetch_index_document(BlobInput& input, const Descriptor& descriptor, const Limits& limits);

struct IndexContents {
  /// Manifests and indexes below the root, each once, each after all that it names.
  std::vector<ImageManifest> documents;

  /// Configs and layers, each once, in the order in which they are named.
  std::vector<Descriptor> blobs;

  std::size_t manifests = 0;
};

/// Follows every entry. Throws Error (side: input): as fetch_index_document(), Errc::limit for indexes nested too deep
/// and for too many documents, Errc::size_mismatch where two descriptors say two things of one blob.
[[nodiscard]] IndexContents walk_index(BlobInput& input, const ImageManifest& root, const Limits& limits,
                                       const std::stop_token& stop);

}  // namespace occy::pipeline
