#include "inputs/registry_layer.hpp"

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "codec/size_hint.hpp"
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

// Of a blob of this size, one request for the whole costs no more than one for its end, and another for the rest.
constexpr std::uint64_t kSmallBlob = std::uint64_t{1} << 20U;

/// A blob that is in memory whole.
class HeldBlob final : public BlockSource {
 public:
  explicit HeldBlob(std::vector<std::byte> bytes) : bytes_(std::move(bytes)) {}

  [[nodiscard]] Block bytes() const noexcept { return bytes_; }

  Block next() override { return std::exchange(lent_, Lent::whole) == Lent::nothing ? bytes() : Block(); }

 private:
  std::vector<std::byte> bytes_;
  enum class Lent { nothing, whole } lent_ = Lent::nothing;
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

  std::optional<std::uint64_t> size_hint() override {
    const Descriptor& blob = *layer_.info.stored;
    if (!codec::has_size_hint(layer_.info.compression, blob.size)) return std::nullopt;
    if (blob.size <= kSmallBlob) return codec::size_hint(end_of_small(), blob.size);
    const auto end = end_of_large(blob);
    return end ? codec::size_hint(std::as_bytes(std::span(*end)), blob.size) : std::nullopt;
  }

 private:
  std::unique_ptr<BlockSource> open() {
    const auto fetch = [this](std::uint64_t offset) -> std::unique_ptr<BlockSource> {
      return std::make_unique<RegistryBlob>(layers_, layer_, offset);
    };
    return layers_->cache ? layers_->cache->open(*layer_.info.stored, fetch) : fetch(0);
  }

  /// The last bytes of a small blob, which is fetched for that.
  Block end_of_small() {
    const auto fetched = open();
    std::vector<std::byte> bytes;
    bytes.reserve(static_cast<std::size_t>(layer_.info.stored->size));
    for (Block block = fetched->next(); !block.empty(); block = fetched->next())
      bytes.insert(bytes.end(), block.begin(), block.end());
    auto held = std::make_unique<HeldBlob>(std::move(bytes));
    const Block whole = held->bytes();
    expect_packing(detect_compression(whole));
    source_ = std::move(held);
    return whole.last(std::min(whole.size(), codec::kSizeHintBytes));
  }

  std::optional<std::string> end_of_large(const Descriptor& blob) {
    if (layers_->cache)
      if (auto end = layers_->cache->read_end(blob, codec::kSizeHintBytes)) return end;
    if (!layer_.urls.empty()) return std::nullopt;
    return layers_->repository.read_end(blob, codec::kSizeHintBytes);
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
