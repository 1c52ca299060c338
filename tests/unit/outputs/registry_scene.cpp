#include "registry_scene.hpp"

#include "codec/decoder.hpp"
#include "outputs/layout_documents.hpp"
#include "support/memory_source.hpp"
#include "support/packed.hpp"
#include "tar/oci_document.hpp"
#include "tar/oci_writing.hpp"

namespace occy::test {
namespace {

Compression packing_of(const std::string& media_type) {
  if (media_type.ends_with("zstd")) return Compression::zstd;
  return media_type.ends_with("gzip") ? Compression::gzip : Compression::none;
}

tar::OciDocument document_in(const FakeRegistry& registry, const std::string& repository,
                             const std::string& reference) {
  return tar::parse_oci_document(registry.manifest(repository, reference).value().bytes, {}).value();
}

class TextReader final : public LayerReader {
 public:
  TextReader(LayerInfo info, std::string bytes) : info_(std::move(info)), bytes_(std::move(bytes)) {}

  const LayerInfo& info() const noexcept override { return info_; }
  Block next() override {
    const auto left = std::as_bytes(std::span(bytes_)).subspan(position_);
    const Block block = left.first(std::min<std::size_t>(left.size(), 100'000));
    position_ += block.size();
    return block;
  }
  bool restart() override {
    position_ = 0;
    return true;
  }

 private:
  LayerInfo info_;
  std::string bytes_;
  std::size_t position_ = 0;
};

}  // namespace

RegistrySession quick_session(unsigned retries) {
  return RegistrySession({.transport = RegistryTransport::plain,
                          .retry = {.retries = retries,
                                    .first_wait = std::chrono::milliseconds{1},
                                    .longest_wait = std::chrono::milliseconds{5},
                                    .longest_retry_after = std::chrono::milliseconds{5}}});
}

ProcessReport push(FakeRegistry& registry, ImageInput& input, const Push& how, const RegistrySession& session) {
  RegistryWriter writer(registry.place(how.name), session, how.options);
  return process(input, writer, {.filters = how.filters, .verify = how.verify, .jobs = how.jobs});
}

StoredInput::StoredInput(TestImage image, Compression compression, ManifestKind kind) : image_(std::move(image)) {
  std::vector<LayerInfo> layers;
  std::vector<Descriptor> descriptors;
  for (const std::string& layer : image_.layers) {
    blobs_.push_back(pack(layer, compression));
    const std::string type =
        kind == ManifestKind::docker ? tar::docker_layer_media_type(compression) : tar::layer_media_type(compression);
    descriptors.push_back({type, sha256(blobs_.back()), blobs_.back().size()});
    layers.push_back({.index = layers.size(),
                      .diff_id = sha256(layer),
                      .stored = descriptors.back(),
                      .compression = compression,
                      .name = "layer " + std::to_string(layers.size())});
  }
  const bool docker = kind == ManifestKind::docker;
  const Descriptor config{docker ? tar::kDockerConfigType : tar::kOciConfigType, image_.config.digest(),
                          image_.config.bytes().size()};
  // White space that no writer of ours makes: kept bytes are told from new ones.
  const std::string bytes =
      " " + (docker ? tar::make_docker_manifest(config, descriptors) : tar::make_oci_manifest(config, descriptors));
  description_ = {.source = "stored",
                  .config = image_.config,
                  .manifest = ImageManifest{.media_type = docker ? tar::kDockerManifestType : tar::kOciManifestType,
                                            .bytes = bytes,
                                            .digest = sha256(bytes)},
                  .layers = std::move(layers)};
}

std::unique_ptr<LayerReader> StoredInput::next_layer() {
  if (opened == blobs_.size()) return nullptr;
  const std::size_t i = opened++;
  return std::make_unique<TextReader>((*description_.layers)[i], blobs_[i]);
}

ManifestView manifest_in(const FakeRegistry& registry, const std::string& repository, const std::string& reference) {
  const auto document = document_in(registry, repository, reference);
  ManifestView view{.media_type = registry.manifest(repository, reference)->media_type,
                    .config_type = document.config->media_type,
                    .layer_types = {},
                    .layers = {}};
  CHECK(document.media_type == view.media_type);
  for (const Descriptor& layer : document.layers) {
    view.layer_types.push_back(layer.media_type);
    view.layers.push_back(layer.digest);
  }
  return view;
}

std::vector<std::string> layers_in(const FakeRegistry& registry, const std::string& repository,
                                   const std::string& reference) {
  std::vector<std::string> layers;
  for (const Descriptor& layer : document_in(registry, repository, reference).layers) {
    MemorySource bytes(registry.blob(repository, layer.digest).value());
    layers.push_back(drain(*codec::make_decoder(bytes, packing_of(layer.media_type), {}, "layer")));
  }
  return layers;
}

}  // namespace occy::test
