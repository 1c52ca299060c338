#include "occy/outputs/tar_blobs.hpp"

#include <mutex>
#include <string>
#include <utility>

#include "occy/error.hpp"
#include "outputs/layer_jobs.hpp"
#include "outputs/tar_blobs_verify.hpp"
#include "outputs/tar_draft.hpp"
#include "tar/archive_documents.hpp"

namespace occy {
namespace {

/// Places for all of them: they come from several threads, in any order.
std::vector<LayerInfo> members_for(const std::vector<Descriptor>& blobs) {
  std::vector<LayerInfo> members;
  members.reserve(blobs.size());
  for (const Descriptor& blob : blobs)
    members.push_back({.diff_id = blob.digest, .size = blob.size, .name = tar::blob_name(blob.digest)});
  return members;
}

/// Writes one blob into its place.
class TarBlobSink final : public BlobSink {
 public:
  TarBlobSink(outputs::TarArchive& archive, outputs::TarLayout::Turn turn, const Digest& digest)
      : sink_(archive, turn), record_{.diff_id = digest} {}

  void write(Block bytes) override {
    sink_.write(bytes);
    record_.size += bytes.size();
  }
  void commit() override { sink_.commit(record_); }

 private:
  outputs::TarSink sink_;
  LayerRecord record_;
};

/// manifest.json, where the root is an image.
std::optional<outputs::TarDocument> archive_manifest_for(const ImageManifest& root,
                                                         const std::vector<Reference>& references,
                                                         const Limits& limits) {
  const auto document = tar::parse_oci_document(root.bytes, limits);
  if (!document || !document->config) return std::nullopt;
  tar::ArchiveImage image{
      .config = tar::blob_name(document->config->digest), .tags = tar::repo_tags(references), .layers = {}};
  for (const Descriptor& layer : document->layers) image.layers.push_back(tar::blob_name(layer.digest));
  return outputs::TarDocument{.name = tar::kManifestName, .bytes = tar::make_archive_manifest(image)};
}

}  // namespace

struct TarBlobOutput::State {
  std::filesystem::path path;
  TarBlobOutputOptions options;
  std::vector<Reference> references = {};
  std::unique_ptr<outputs::TarDraft> draft = {};  ///< between begin() and finalize()
  outputs::WrittenTarIndex written = {};
  enum class Stage { writing, published } stage = Stage::writing;

  void require_plan() const {
    if (written.blobs.empty() || draft->archive().layout.end() != 0) return;
    throw Error(Errc::limit, Side::output,
                {.subject = path.string(), .what = "the blobs are too large together for an archive"});
  }

  void append_document(outputs::TarDraft& archive, const ImageManifest& document) {
    written.documents.push_back(outputs::descriptor_of_document(document));
    // A document may be a layer of some image, too.
    if (archive.archive().layout.find(document.digest) != nullptr) return;
    archive.append({.name = tar::blob_name(document.digest), .bytes = document.bytes});
  }

  void append_names(outputs::TarDraft& archive, const ImageManifest& root) {
    const auto names = outputs::index_names(references);
    written.names = {{.name = tar::kIndexFile, .bytes = tar::make_oci_index(written.documents.back(), names)}};
    if (auto manifest = archive_manifest_for(root, references, options.limits))
      written.names.push_back(std::move(*manifest));
    written.names.push_back({.name = tar::kLayoutFile, .bytes = tar::kLayoutText});
    for (const outputs::TarDocument& document : written.names) archive.append(document);
  }
};

TarBlobOutput::TarBlobOutput(std::filesystem::path path, TarBlobOutputOptions options)
    : state_(new State{.path = std::move(path), .options = std::move(options)}) {}

TarBlobOutput::~TarBlobOutput() = default;

void TarBlobOutput::begin(const std::vector<Reference>& references, const std::vector<Descriptor>& blobs) {
  if (state_->options.names) outputs::refuse_digests(*state_->options.names);
  state_->references = state_->options.names.value_or(references);
  state_->written.blobs = blobs;
  state_->draft = std::make_unique<outputs::TarDraft>(state_->path, outputs::TarForm::oci, members_for(blobs));
  state_->require_plan();
}

bool TarBlobOutput::has_blob(const Descriptor& /*descriptor*/) { return false; }

std::unique_ptr<BlobSink> TarBlobOutput::put_blob(const Descriptor& descriptor) {
  auto& archive = state_->draft->archive();
  const std::scoped_lock lock(archive.mutex);
  const auto turn = archive.layout.take({.diff_id = descriptor.digest, .size = descriptor.size});
  return std::make_unique<TarBlobSink>(archive, turn, descriptor.digest);
}

void TarBlobOutput::put_document(const ImageManifest& document) { state_->append_document(*state_->draft, document); }

void TarBlobOutput::finalize(const ImageManifest& root) {
  State& state = *state_;
  const auto draft = std::move(state.draft);  // whatever happens: afterwards no temporary file is left
  draft->require_members();
  state.append_document(*draft, root);
  state.append_names(*draft, root);
  draft->end();
  draft->publish();
  state.stage = State::Stage::published;
}

CheckResults TarBlobOutput::verify(VerifyLevel level) {
  const State& state = *state_;
  if (state.stage != State::Stage::published) {
    CheckResults results;
    results.error("verify.tarball", state.path.string(), "the archive was not published");
    return results;
  }
  return outputs::verify_tar_blobs(state.path, state.written,
                                   {.level = level,
                                    .jobs = outputs::job_count(state.options.verify_jobs),
                                    .limits = state.options.limits,
                                    .stop = state.options.stop});
}

}  // namespace occy
