#include "inputs/examined_source.hpp"

namespace occy {
namespace {

// Before: there are no faults that are errors.
ImageDescription description_of(const std::string& source, const ExaminedImage& image) {
  const ImageConfig& config = *image.config;
  return {.source = source,
          .references = image.references,
          .id = config.digest(),
          .platform = config.platform(),
          .created = config.created(),
          .config = config,
          .manifest = image.manifest,
          .layers = image.layers};
}

}  // namespace

const ExaminedImage& ExaminedSource::image() {
  first_look_.once([this] { image_ = look(); });
  return image_;
}

const ImageDescription& ExaminedSource::describe() {
  tar::throw_first_error(image().faults);
  if (!description_) description_ = description_of(name_, image());
  return *description_;
}

CheckResults ExaminedSource::check_structure() {
  CheckResults results(limits_.findings);
  for (const auto& fault : image().faults) results.add(tar::to_finding(fault));
  return results;
}

std::unique_ptr<LayerReader> ExaminedSource::next_layer() {
  static_cast<void>(image());
  auto layer = open_layer(next_layer_);
  if (layer) ++next_layer_;
  return layer;
}

const ImageConfig& ExaminedSource::config() {
  if (!image().config) tar::throw_first_error(image().faults);
  return *image().config;
}

}  // namespace occy
