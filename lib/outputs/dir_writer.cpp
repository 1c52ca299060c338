#include <limits>
#include <utility>

#include "occy/error.hpp"
#include "occy/outputs/dir.hpp"
#include "outputs/dir_documents.hpp"
#include "outputs/dir_verify.hpp"
#include "outputs/layer_jobs.hpp"
#include "outputs/store.hpp"
#include "outputs/store_sink.hpp"
#include "outputs/trusted_layers.hpp"
#include "tar/archive_documents.hpp"

namespace occy {
namespace {

/// The name of a file that holds the layer as it is, unpacked.
std::string file_name(const LayerRecord& layer) {
  const bool plain = !layer.stored || layer.stored->digest == layer.diff_id;
  return plain ? tar::layer_member_name(layer.diff_id) : std::string();
}

/// The image as this store will have it: how the source packs its layers does not matter.
ImageDescription unpacked(ImageDescription image) {
  if (!image.layers) return image;
  for (LayerInfo& layer : *image.layers) {
    layer.stored.reset();
    layer.compression = Compression::none;
  }
  return image;
}

}  // namespace

struct DirWriter::State {
  std::filesystem::path path;
  DirWriterOptions options;
  std::unique_ptr<outputs::Store> store = {};
  std::vector<Reference> names = {};
  outputs::LayerLedger ledger = {};
  outputs::WrittenDir written = {.config_digest = Digest{{}}};
  enum class Stage { writing, complete, published } stage = Stage::writing;

  void open(const ImageDescription& image) {
    names = outputs::store_names(options, image, path);
    const auto require = [this](const io::File& directory) {
      outputs::require_dir_store(directory, options.store, options.limits);
    };
    store = std::make_unique<outputs::Store>(path, require, options.stop);
    if (store->existing() == nullptr) return;
    const auto ours = outputs::catalog_of(names, options.store, written.config_digest);
    static_cast<void>(outputs::merged_catalog(store->existing(), ours, options.limits));
    outputs::trust_layers(*store, unpacked(image), file_name, ledger, outputs::job_count(options.verify_jobs),
                          options.limits, options.stop);
  }

  void describe(const ImageConfig& config) {
    tar::ArchiveImage image{.config = tar::config_member_name(config.digest()), .tags = {}, .layers = {}};
    for (const LayerRecord& layer : written.layers) image.layers.push_back(tar::layer_member_name(layer.diff_id));
    written.catalog = outputs::catalog_of(names, options.store, config.digest());
    if (options.store == DirWriterOptions::Store::single) written.images.push_back(image);
    for (const Reference& name : names) {
      if (options.store == DirWriterOptions::Store::unique_names) written.images.push_back(image);
      written.images.back().tags.push_back(name.str());
    }
  }

  std::vector<outputs::StoreDocument> documents(const io::File* now) const {
    std::vector<outputs::StoreDocument> documents;
    for (const tar::ArchiveImage& image : written.images)
      documents.push_back({.name = manifest_name(image), .bytes = tar::make_archive_manifest(image)});
    const auto catalog = outputs::merged_catalog(now, written.catalog, options.limits);
    documents.push_back({.name = tar::kCatalogName, .bytes = tar::make_catalog(catalog)});
    return documents;
  }

  std::string manifest_name(const tar::ArchiveImage& image) const {
    if (options.store == DirWriterOptions::Store::single) return tar::kManifestName;
    return written.catalog.at(image.tags.front()).manifest;
  }
};

DirWriter::DirWriter(std::filesystem::path path, DirWriterOptions options)
    : state_(new State{.path = std::move(path), .options = std::move(options)}) {}

DirWriter::~DirWriter() = default;

void DirWriter::begin(const ImageDescription& image) { state_->open(image); }

unsigned DirWriter::max_open_layers() const noexcept { return std::numeric_limits<unsigned>::max(); }

bool DirWriter::want_layer(const LayerInfo& layer) { return state_->ledger.wants(layer); }

std::unique_ptr<LayerSink> DirWriter::put_layer(const LayerInfo& layer) {
  state_->ledger.open(layer);
  return std::make_unique<outputs::StoreSink>(
      state_->store->new_file(),
      [this, layer](outputs::StoreFile& file, const LayerRecord& record) {
        if (state_->ledger.add(layer, record)) state_->store->keep(file, tar::layer_member_name(record.diff_id));
      },
      [this, layer] { state_->ledger.drop(layer); });
}

void DirWriter::put_config(const ImageConfig& config) {
  auto& written = state_->written;
  written.layers = state_->ledger.layers_of(config, state_->path);
  written.config_digest = config.digest();
  written.config_size = config.bytes().size();
  state_->describe(config);
  state_->store->keep(tar::config_member_name(config.digest()), config.bytes());
  state_->stage = State::Stage::complete;
}

void DirWriter::finalize() {
  const auto store = std::move(state_->store);  // whatever happens: afterwards nothing temporary is left
  if (!store || state_->stage != State::Stage::complete)
    throw Error(Errc::unsupported, Side::output,
                {.subject = state_->path.string(), .what = "nothing to publish: the config was not written"});
  state_->written.documents = store->publish([this](const io::File* now) { return state_->documents(now); });
  state_->stage = State::Stage::published;
}

CheckResults DirWriter::verify(VerifyLevel level) {
  if (state_->stage != State::Stage::published) {
    CheckResults results;
    results.error("verify.directory", state_->path.string(), "the directory was not published");
    return results;
  }
  const auto& options = state_->options;
  return outputs::verify_dir(state_->path, state_->written,
                             {.level = level,
                              .jobs = outputs::job_count(options.verify_jobs),
                              .limits = options.limits,
                              .stop = options.stop});
}

}  // namespace occy
