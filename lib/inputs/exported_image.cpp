#include "inputs/exported_image.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "inputs/manifest_chain.hpp"
#include "occy/error.hpp"

namespace occy {
namespace {

/// A layer of the export that also knows its place in the image.
class PlacedLayer final : public LayerReader {
 public:
  PlacedLayer(std::unique_ptr<LayerReader> layer, LayerInfo info) : layer_(std::move(layer)), info_(std::move(info)) {}

  Block next() override { return layer_->next(); }
  const LayerInfo& info() const noexcept override { return info_; }

 private:
  std::unique_ptr<LayerReader> layer_;
  LayerInfo info_;
};

/// A plain blob's digest is its diff_id; that of a compressed one says nothing about the layer in it.
LayerInfo placed(LayerInfo info, const std::vector<Digest>& diff_ids) {
  if (info.compression != Compression::none || !info.stored) return info;
  const auto found = std::ranges::find(diff_ids, info.stored->digest);
  if (found == diff_ids.end()) return info;
  info.index = static_cast<std::size_t>(found - diff_ids.begin());
  info.diff_id = *found;
  return info;
}

}  // namespace

ExportedImage::ExportedImage(std::unique_ptr<BlockSource> bytes, std::string source, docker::ImageInspect inspect,
                             const Limits& limits)
    : archive_(std::move(bytes), source, limits),
      source_(std::move(source)),
      inspect_(std::move(inspect)),
      limits_(limits) {}

std::unique_ptr<LayerReader> ExportedImage::next_layer() {
  auto layer = archive_.next_layer();
  while (layer && is_foreign(layer->info())) {
    layer.reset();
    layer = archive_.next_layer();
  }
  if (!layer) return nullptr;
  ++layers_given_;
  auto info = placed(layer->info(), inspect_.diff_ids);
  return std::make_unique<PlacedLayer>(std::move(layer), std::move(info));
}

bool ExportedImage::is_foreign(const LayerInfo& layer) const {
  return layer.compression == Compression::none && layer.stored &&
         std::ranges::find(inspect_.diff_ids, layer.stored->digest) == inspect_.diff_ids.end();
}

ImageConfig ExportedImage::config() {
  auto config = choose_config();
  require_layers(config);
  require_identity(config);
  return config;
}

ImageConfig ExportedImage::choose_config() {
  const auto& images = archive_.images();
  if (images.size() == 1) return archive_.config(images.front());
  for (const auto& image : images)
    if (auto config = archive_.config(image); has_id(config) && config.diff_ids() == inspect_.diff_ids) return config;
  throw Error{Errc::bad_archive, Side::input,
              ErrorDetail{.subject = source_,
                          .what = "the engine's export does not hold the image",
                          .expected = inspect_.id.str(),
                          .found = std::to_string(images.size()) + " other images"}};
}

/// A classic store and Podman name an image by its config, a containerd store by its manifest, which it exports too.
bool ExportedImage::has_id(const ImageConfig& config) const {
  if (config.digest() == inspect_.id) return true;
  const auto find = [this](const Digest& digest) { return archive_.document("blobs/sha256/" + digest.hex()); };
  return leads_to_config(inspect_.id, config.digest(), find, limits_);
}

void ExportedImage::require_layers(const ImageConfig& config) const {
  const auto wanted = std::set<Digest>(config.diff_ids().begin(), config.diff_ids().end()).size();
  if (layers_given_ >= wanted) return;
  throw Error{Errc::not_found, Side::input,
              ErrorDetail{.subject = source_,
                          .what = "layers are missing in the engine's export",
                          .expected = std::to_string(wanted),
                          .found = std::to_string(layers_given_),
                          .hint = "the engine has lost a part of the image: pull or load it again"}};
}

void ExportedImage::require_identity(const ImageConfig& config) const {
  if (!has_id(config))
    throw Error{Errc::digest_mismatch, Side::input,
                ErrorDetail{.subject = source_,
                            .what = "the engine exports another image than it was asked for",
                            .expected = inspect_.id.str(),
                            .found = "config " + config.digest().str()}};
  if (config.diff_ids() != inspect_.diff_ids)
    throw Error{Errc::digest_mismatch, Side::input,
                ErrorDetail{.subject = source_, .what = "the engine's inspect and its config list different layers"}};
}

}  // namespace occy
