// inputs/exported_image.hpp: an engine's export, held against what its inspect promised.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "docker/image_inspect.hpp"
#include "occy/config.hpp"
#include "occy/layer.hpp"
#include "tar/archive_stream.hpp"

namespace occy {

/// One export, read forward.
class ExportedImage {
 public:
  /// `source` stands for the image in messages.
  ExportedImage(std::unique_ptr<BlockSource> bytes, std::string source, docker::ImageInspect inspect,
                const Limits& limits);

  /// The next layer, with index and diff_id where its name tells them: Docker 25 and later name a plain layer by its
  /// diff_id, and a compressed one, from a containerd store, by the digest of the compressed bytes. Null at the end.
  [[nodiscard]] std::unique_ptr<LayerReader> next_layer();

  /// After the end. Throws (side: input) Errc::not_found when the export lacked layers, as a containerd store's does,
  /// silently, when its blobs are gone; Errc::digest_mismatch when it is not the image that was inspected.
  [[nodiscard]] ImageConfig config();

 private:
  [[nodiscard]] bool is_foreign(const LayerInfo& layer) const;
  [[nodiscard]] ImageConfig choose_config();
  [[nodiscard]] bool has_id(const ImageConfig& config) const;
  void require_layers(const ImageConfig& config) const;
  void require_identity(const ImageConfig& config) const;

  tar::ArchiveStream archive_;
  std::string source_;
  docker::ImageInspect inspect_;
  Limits limits_;
  std::size_t layers_given_ = 0;
};

}  // namespace occy
