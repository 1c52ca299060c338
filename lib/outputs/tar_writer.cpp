#include <set>
#include <utility>

#include "occy/error.hpp"
#include "occy/outputs/tar.hpp"
#include "outputs/layer_jobs.hpp"
#include "outputs/tar_draft.hpp"
#include "outputs/tar_spool_sink.hpp"
#include "outputs/tar_tightening.hpp"
#include "outputs/tar_verify.hpp"
#include "tar/docker_archive.hpp"

namespace occy {

namespace {

/// Of a layer that is stored as several blobs, the first: that is the one which the archive gets.
std::optional<std::vector<LayerInfo>> as_members(outputs::TarForm form,
                                                 const std::optional<std::vector<LayerInfo>>& layers) {
  if (!layers) return std::nullopt;
  std::vector<LayerInfo> members;
  std::set<Digest> seen;
  for (const LayerInfo& layer : *layers)
    if (!layer.diff_id || seen.insert(*layer.diff_id).second) members.push_back(outputs::as_member(form, layer));
  return members;
}

std::unique_ptr<LayerSink> new_sink(outputs::TarArchive& archive, const LayerInfo& layer) {
  const LayerInfo member = outputs::as_member(archive.form, layer);
  if (archive.form == outputs::TarForm::oci && !member.diff_id)
    return std::make_unique<outputs::TarSpoolSink>(archive, layer);
  return std::make_unique<outputs::TarSink>(archive, archive.layout.take(member), layer);
}

}  // namespace

struct TarWriter::State {
  std::filesystem::path path;
  TarWriterOptions options;
  outputs::TarContent content = {};
  std::unique_ptr<outputs::TarDraft> draft = {};  ///< between begin() and finalize()
  std::optional<outputs::WrittenImage> written = {};

  void describe(const ImageDescription& image) {
    if (options.names) outputs::refuse_digests(*options.names);
    const std::vector<Reference>& references = options.names ? *options.names : image.references;
    content = {.form = options.form, .tags = tar::repo_tags(references)};
    if (options.form == outputs::TarForm::docker) return;
    content.names = outputs::index_names(references);
    content.source_manifest = image.manifest;
    content.media_types = outputs::media_types_of(image);
  }

  [[nodiscard]] std::unique_ptr<outputs::TarDraft> new_draft(
      const std::optional<std::vector<LayerInfo>>& members) const {
    auto made = std::make_unique<outputs::TarDraft>(path, options.form, members);
    if (!options.spool_directory.empty()) made->archive().spool_directory = options.spool_directory;
    made->archive().stop = options.stop;
    return made;
  }

  void tighten() {
    if (draft->archive().layout.is_tight()) return;
    auto tight = new_draft(std::nullopt);
    outputs::copy_tight(draft->archive(), tight->archive());
    draft = std::move(tight);
  }
};

TarWriter::TarWriter(std::filesystem::path path, TarWriterOptions options)
    : state_(new State{.path = std::move(path), .options = std::move(options)}) {}

TarWriter::~TarWriter() = default;

void TarWriter::begin(const ImageDescription& image) {
  state_->describe(image);
  state_->draft = state_->new_draft(as_members(state_->options.form, image.layers));
}

LayerForm TarWriter::layer_form() const noexcept {
  return state_->options.form == outputs::TarForm::docker ? LayerForm::plain : LayerForm::stored;
}

unsigned TarWriter::max_open_layers() const noexcept {
  return state_->draft ? state_->draft->archive().layout.max_open() : 1;
}

bool TarWriter::want_layer(const LayerInfo& layer) {
  auto& shared = state_->draft->archive();
  const std::lock_guard lock(shared.mutex);
  return shared.ledger.wants(layer) && shared.layout.wants(outputs::as_member(shared.form, layer));
}

std::unique_ptr<LayerSink> TarWriter::put_layer(const LayerInfo& layer) {
  auto& shared = state_->draft->archive();
  const std::lock_guard lock(shared.mutex);
  auto sink = new_sink(shared, layer);
  shared.ledger.open(layer);
  return sink;
}

void TarWriter::put_config(const ImageConfig& config) {
  state_->draft->require_members();
  auto layers = state_->draft->archive().ledger.layers_of(config, state_->path.string());
  state_->tighten();
  auto documents = outputs::tar_documents(state_->content, config, layers, state_->options.limits);
  for (const auto& document : documents) state_->draft->append(document);
  state_->draft->end();
  state_->written = outputs::WrittenImage{.form = state_->options.form,
                                          .config_digest = config.digest(),
                                          .config_size = config.bytes().size(),
                                          .layers = std::move(layers),
                                          .tags = state_->content.tags,
                                          .documents = std::move(documents)};
}

void TarWriter::finalize() {
  const auto draft = std::move(state_->draft);  // whatever happens: afterwards no temporary file is left
  if (!draft || !state_->written)
    throw Error(Errc::unsupported, Side::output,
                {.subject = state_->path.string(), .what = "nothing to publish: the config was not written"});
  draft->publish();
}

CheckResults TarWriter::remarks() const {
  CheckResults results;
  if (!state_->written || state_->options.form == outputs::TarForm::docker) return results;
  for (const auto& layer : outputs::distinct(state_->written->layers))
    if (outputs::stored_blob(layer).compression == Compression::zstd)
      results.warning("zstd-compat", state_->path.string() + ": " + outputs::layer_name(outputs::TarForm::oci, layer),
                      "a zstd layer: Docker before 23 cannot load it");
  return results;
}

CheckResults TarWriter::verify(VerifyLevel level) {
  if (!state_->written || state_->draft) {
    CheckResults results;
    results.error("verify.tarball", state_->path.string(), "the archive was not published");
    return results;
  }
  const auto& options = state_->options;
  return outputs::verify_tar(state_->path, *state_->written,
                             {.level = level,
                              .jobs = outputs::job_count(options.verify_jobs),
                              .limits = options.limits,
                              .stop = options.stop});
}

}  // namespace occy
