#include "inputs/registry_layer.hpp"

#include <utility>

#include "model/packing.hpp"
#include "occy/error.hpp"

namespace occy {
namespace {

using Foreign = RegistryInputOptions::ForeignLayers;

/// The registry's blob, or what is at the first of the URLs that gives it.
class RegistryBlob final : public BlockSource {
 public:
  RegistryBlob(std::shared_ptr<RegistryLayers> layers, const RegistryLayer& layer, std::uint64_t offset)
      : layers_(std::move(layers)),
        layer_(layer),
        offset_(offset),
        source_(layers_->repository.open_blob(*layer.info.stored, offset)) {}

  Block next() override {
    while (true) {
      try {
        const Block block = source_->next();
        started_ = true;
        return block;
      } catch (const Error& error) {
        if (!may_be_elsewhere(error) || !open_next_url()) throw;
      }
    }
  }

 private:
  /// A registry that fails is not gone round; of servers that nobody has to keep up, the next one may do.
  [[nodiscard]] bool may_be_elsewhere(const Error& error) const {
    if (started_ || layer_.urls.empty() || error.code() == Errc::cancelled) return false;
    return is_at_url_ || error.code() == Errc::not_found;
  }

  bool open_next_url() {
    if (layers_->foreign == Foreign::refuse)
      refuse("another server that does", "fetch it from there: registry://…?foreign-layers=follow");
    while (next_url_ < layer_.urls.size()) {
      const auto url = http::parse_url(layer_.urls[next_url_++]);
      if (!url || url->origin.scheme != http::Origin::Scheme::https) continue;
      source_ = layers_->repository.open_foreign_blob(*layer_.info.stored, *url, offset_);
      is_at_url_ = true;
      return true;
    }
    if (!is_at_url_) refuse("no server that does and can be asked over HTTPS", {});
    return false;
  }

  [[noreturn]] void refuse(const std::string& named, std::string hint) const {
    throw Error(Errc::unsupported, Side::input,
                {.subject = layer_.info.name,
                 .what = "the registry does not have this layer, and names " + named,
                 .hint = std::move(hint)});
  }

  std::shared_ptr<RegistryLayers> layers_;
  const RegistryLayer& layer_;
  std::uint64_t offset_;
  std::size_t next_url_ = 0;
  bool started_ = false;
  bool is_at_url_ = false;
  std::unique_ptr<BlockSource> source_;
};

class RegistryLayerReader final : public LayerReader {
 public:
  RegistryLayerReader(std::shared_ptr<RegistryLayers> layers, RegistryLayer layer)
      : layers_(std::move(layers)), layer_(std::move(layer)) {}

  const LayerInfo& info() const noexcept override { return layer_.info; }

  Block next() override {
    if (source_) return source_->next();
    source_ = open();
    const Block block = source_->next();
    expect_packing(detect_compression(block));
    return block;
  }

  bool restart() override {
    source_.reset();
    return true;
  }

 private:
  std::unique_ptr<BlockSource> open() {
    const auto fetch = [this](std::uint64_t offset) -> std::unique_ptr<BlockSource> {
      return std::make_unique<RegistryBlob>(layers_, layer_, offset);
    };
    return layers_->cache ? layers_->cache->open(*layer_.info.stored, fetch) : fetch(0);
  }

  /// Only packed in another way than the media type says: what is plain is known by its digest.
  void expect_packing(Compression found) const {
    if (found == layer_.info.compression || found == Compression::none) return;
    throw Error(Errc::bad_document, Side::input,
                {.subject = layer_.info.name,
                 .what = "the layer is packed in another way than its media type says",
                 .expected = layer_.info.stored->media_type,
                 .found = std::string(to_string(found))});
  }

  std::shared_ptr<RegistryLayers> layers_;
  RegistryLayer layer_;
  std::unique_ptr<BlockSource> source_;
};

}  // namespace

std::unique_ptr<LayerReader> open_registry_layer(std::shared_ptr<RegistryLayers> layers, RegistryLayer layer) {
  return std::make_unique<RegistryLayerReader>(std::move(layers), std::move(layer));
}

}  // namespace occy
