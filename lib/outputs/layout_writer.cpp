#include <limits>

#include "io/beneath.hpp"
#include "occy/error.hpp"
#include "occy/outputs/layout.hpp"
#include "outputs/layer_jobs.hpp"
#include "outputs/layout_documents.hpp"
#include "outputs/layout_verify.hpp"
#include "outputs/store.hpp"
#include "outputs/store_sink.hpp"
#include "outputs/trusted_layers.hpp"
#include "tar/archive_fault.hpp"

namespace occy {
namespace {

using outputs::StoreDocument;

[[noreturn]] void refuse(const std::filesystem::path& path, std::string what, std::string expected, std::string found,
                         std::string hint) {
  throw Error(Errc::destination, Side::output,
              {.subject = path.string(),
               .what = std::move(what),
               .expected = std::move(expected),
               .found = std::move(found),
               .hint = std::move(hint)});
}

std::string read_document(const io::File& layout, const char* name, const Limits& limits) {
  try {
    return io::read_beneath(layout, name, Side::output, limits.document_bytes);
  } catch (const Error& error) {
    if (error.code() != Errc::not_found) throw;
    refuse(layout.path(), "cannot write there", "an OCI layout, or an empty directory",
           std::string("a directory without ") + name, "name a new directory");
  }
}

tar::OciDocument read_index(const io::File& layout, const std::string& text, const Limits& limits) {
  auto index = tar::parse_oci_document(text, limits);
  if (index && !index->config) return std::move(*index);
  refuse(layout.path() / tar::kIndexFile, "cannot add an image to this index", "an image index",
         index ? "an image manifest" : tar::located(index.error()), "name a new directory");
}

void require_layout(const io::File& directory, const Limits& limits) {
  const std::string text = read_document(directory, tar::kLayoutFile, limits);
  if (const auto checked = tar::check_layout_file(text, limits); !checked)
    refuse(directory.path() / tar::kLayoutFile, "not an OCI layout that occy knows", {}, tar::located(checked.error()),
           "name a new directory");
  static_cast<void>(read_index(directory, read_document(directory, tar::kIndexFile, limits), limits));
}

std::string file_name(const LayerRecord& layer) {
  return layer.stored ? tar::blob_name(layer.stored->digest) : std::string();
}

}  // namespace

struct LayoutWriter::State {
  std::filesystem::path path;
  LayoutWriterOptions options;
  std::unique_ptr<outputs::Store> store = {};
  std::optional<ImageManifest> source_manifest = {};
  outputs::WrittenLayout written = {.manifest = {tar::kOciManifestType, Digest{{}}, 0}, .config = {{}, Digest{{}}, 0}};
  outputs::LayerLedger ledger = {};
  outputs::MediaTypes media_types = {};
  enum class Stage { writing, complete, published } stage = Stage::writing;

  void open(const ImageDescription& image) {
    written.names = options.tag.empty() ? outputs::index_names(image.references)
                                        : std::vector<tar::IndexName>{{.ref_name = options.tag}};
    source_manifest = image.manifest;
    media_types = outputs::media_types_of(image);
    store = std::make_unique<outputs::Store>(
        path, [this](const io::File& directory) { require_layout(directory, options.limits); }, options.stop);
    if (store->existing() == nullptr) return;
    static_cast<void>(add_to_index(*store->existing()));  // finds before a layer is read what would fail at the end
    outputs::trust_layers(*store, image, file_name, ledger, outputs::job_count(options.verify_jobs), options.limits,
                          options.stop);
  }

  std::string add_to_index(const io::File& layout) const {
    const std::string text = read_document(layout, tar::kIndexFile, options.limits);
    const tar::OciDocument index = read_index(layout, text, options.limits);
    if (const auto* taken = outputs::taken_tag(index, written.names))
      refuse(layout.path(), "another image has the tag " + taken->ref_name, {}, tar::shortened(taken->image_name),
             "choose a tag that is free: layout://PATH:TAG");
    auto updated = tar::update_oci_index(text, written.manifest, written.names, options.limits);
    if (!updated)
      refuse(layout.path(), "cannot add an image to index.json", {}, tar::located(updated.error()),
             "name a new directory");
    return std::move(*updated);
  }

  std::vector<StoreDocument> documents(const io::File* layout) {
    if (layout != nullptr) {
      written.layout_text = read_document(*layout, tar::kLayoutFile, options.limits);
      return {{.name = tar::kIndexFile, .bytes = add_to_index(*layout)}};
    }
    written.layout_text = tar::kLayoutText;
    return {{.name = tar::kLayoutFile, .bytes = tar::kLayoutText},
            {.name = tar::kIndexFile, .bytes = tar::make_oci_index(written.manifest, written.names)}};
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
  written.manifest = manifest.descriptor;
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
  auto published = store->publish([this](const io::File* layout) { return state_->documents(layout); });
  state_->written.index = std::move(published.back());
  state_->stage = State::Stage::published;
}

CheckResults LayoutWriter::verify(VerifyLevel level) {
  if (state_->stage != State::Stage::published) {
    CheckResults results;
    results.error("verify.layout", state_->path.string(), "the layout was not published");
    return results;
  }
  return outputs::verify_layout(state_->path, state_->written, level, outputs::job_count(state_->options.verify_jobs),
                                state_->options.limits);
}

}  // namespace occy
