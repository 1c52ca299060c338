#include "pipeline/filtered_image.hpp"

#include "model/config_edit.hpp"

namespace occy::pipeline {

LayerInfo without_identity(const LayerInfo& layer) {
  LayerInfo unnamed = layer;
  unnamed.diff_id.reset();
  unnamed.size.reset();
  unnamed.stored.reset();
  return unnamed;
}

ImageDescription without_identity(const ImageDescription& image) {
  ImageDescription unnamed = image;
  unnamed.id.reset();
  unnamed.config.reset();
  if (unnamed.manifest) unnamed.manifest_type = unnamed.manifest->media_type;
  unnamed.manifest.reset();
  if (unnamed.layers)
    for (LayerInfo& layer : *unnamed.layers) layer = without_identity(layer);
  return unnamed;
}

ImageConfig with_layers(const ImageConfig& config, const std::vector<Digest>& diff_ids, const Limits& limits) {
  if (config.diff_ids() == diff_ids) return config;
  return ImageConfig::parse(replace_diff_ids(config, diff_ids), limits).value();
}

}  // namespace occy::pipeline
