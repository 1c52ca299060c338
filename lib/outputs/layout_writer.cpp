#include <limits>

#include "occy/error.hpp"
#include "occy/outputs/layout.hpp"
#include "outputs/layer_jobs.hpp"
#include "outputs/layout_documents.hpp"
#include "outputs/layout_entry.hpp"
#include "outputs/layout_verify.hpp"
#include "outputs/store.hpp"
#include "outputs/store_sink.hpp"
#include "outputs/trusted_layers.hpp"

namespace occy {
namespace {

std::string file_name(const LayerRecord& layer) {
  return layer.stored ? tar::blob_name(layer.stored->digest) : std::string();
}

}  // namespace

struct LayoutWriter::State {
  std::filesystem::path path;
  LayoutWriterOptions options;
  std::unique_ptr<outputs::Store> store = {};
  std::optional<ImageManifest> source_manifest = {};
  outputs::WrittenLayout written = {.entry = {.manifest = {tar::kOciManifestType, Digest{{}}, 0}},
                                    .config = {{}, Digest{{}}, 0}};
  outputs::LayerLedger ledger = {};
  outputs::MediaTypes media_types = {};
  enum class Stage { writing, complete, published } stage = Stage::writing;

  void open(const ImageDescription& image) {
    written.entry.names = options.tag.empty() ? outputs::index_names(image.references)
                                              : std::vector<tar::IndexName>{{.ref_name = options.tag}};
    source_manifest = image.manifest;
    media_types = outputs::media_types_of(image);
    store = std::make_unique<outputs::Store>(
        path, [this](const io::File& directory) { outputs::require_layout(directory, options.limits); }, options.stop);
    if (store->existing() == nullptr) return;
    // Finds before a layer is read what would fail at the end.
    static_cast<void>(outputs::index_with(written.entry, *store->existing(), options.limits));
    outputs::trust_layers(*store, image, file_name, ledger, outputs::job_count(options.verify_jobs), options.limits,
                          options.stop);
  }

  void keep(outputs::StoreFile& file, const LayerInfo& layer, const LayerRecord& record) {
    if (ledger.add(layer, record)) store->keep(file, tar::blob_name(outputs::stored_blob(record).digest));
  }
};

LayoutWriter::LayoutWriter(std::filesystem::path path, LayoutWriterOptions options)
    : state_(new State{.path = std::move(path), .options = std::move(options)}) {}

LayoutWriter::~LayoutWriter() = default;

void LayoutWriter::begin(const ImageDescription& image) { state_->open(image); }

unsigned LayoutWriter::max_open_layers() const noexcept { return std::numeric_limits<unsigned>::max(); }

bool LayoutWriter::want_layer(const LayerInfo& layer) { return state_->ledger.wants(layer); }

std::unique_ptr<LayerSink> LayoutWriter::put_layer(const LayerInfo& layer) {
  state_->ledger.open(layer);
  return std::make_unique<outputs::StoreSink>(
      state_->store->new_file(),
      [this, layer](outputs::StoreFile& file, const LayerRecord& record) { state_->keep(file, layer, record); },
      [this, layer] { state_->ledger.drop(layer); });
}

void LayoutWriter::put_config(const ImageConfig& config) {
  auto& written = state_->written;
  written.layers = state_->ledger.layers_of(config, state_->path);
  const auto manifest = outputs::make_layout_manifest(state_->source_manifest, config, written.layers,
                                                      state_->media_types, state_->options.limits);
  written.entry.manifest = manifest.descriptor;
  written.config = {.media_type = tar::kOciConfigType, .digest = config.digest(), .size = config.bytes().size()};
  state_->store->keep(tar::blob_name(config.digest()), config.bytes());
  state_->store->keep(tar::blob_name(manifest.descriptor.digest), manifest.bytes);
  state_->stage = State::Stage::complete;
}

void LayoutWriter::finalize() {
  const auto store = std::move(state_->store);  // whatever happens: afterwards nothing temporary is left
  if (!store || state_->stage != State::Stage::complete)
    throw Error(Errc::unsupported, Side::output,
                {.subject = state_->path.string(), .what = "nothing to publish: the config was not written"});
  auto& entry = state_->written.entry;
  auto published = store->publish(
      [&](const io::File* layout) { return outputs::documents_with(entry, layout, state_->options.limits); });
  entry.index = std::move(published.back());
  state_->stage = State::Stage::published;
}

CheckResults LayoutWriter::verify(VerifyLevel level) {
  if (state_->stage != State::Stage::published) {
    CheckResults results;
    results.error("verify.layout", state_->path.string(), "the layout was not published");
    return results;
  }
  const auto& options = state_->options;
  return outputs::verify_layout(state_->path, state_->written,
                                {.level = level,
                                 .jobs = outputs::job_count(options.verify_jobs),
                                 .limits = options.limits,
                                 .stop = options.stop});
}

}  // namespace occy
