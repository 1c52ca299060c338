#include <algorithm>

#include "io/atomic_file.hpp"
#include "occy/error.hpp"
#include "occy/outputs/tar.hpp"
#include "outputs/layer_jobs.hpp"
#include "outputs/tar_layout.hpp"
#include "outputs/tar_sink.hpp"
#include "outputs/tar_verify.hpp"
#include "tar/archive_stream_writer.hpp"
#include "tar/docker_archive.hpp"

namespace occy {

namespace {

/// RepoTags holds names with tags: engines refuse one without, and one with a digest.
std::vector<std::string> tags_of(const std::vector<Reference>& references) {
  std::vector<std::string> tags;
  for (auto reference : references) {
    if (reference.digest && reference.tag.empty()) continue;
    reference.digest.reset();
    auto tag = reference.with_default_tag().str();
    if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(std::move(tag));
  }
  return tags;
}

void refuse_digests(const std::vector<Reference>& names) {
  const auto named = std::find_if(names.begin(), names.end(), [](const auto& name) { return name.digest.has_value(); });
  if (named == names.end()) return;
  throw Error(Errc::unsupported, Side::output,
              {.subject = named->str(),
               .what = "an archive cannot keep a digest as a name",
               .hint = "use NAME:TAG without the digest"});
}

}  // namespace

struct TarWriter::State {
  /// Between begin() and finalize().
  struct Archive {
    Archive(const std::filesystem::path& path, const ImageDescription& image)
        : file(path), shared{file.file(), outputs::TarLayout(image.layers)} {
      if (const auto planned = shared.layout.end(); planned != 0) shared.file.reserve(planned);
    }

    io::AtomicFile file;
    outputs::TarArchive shared;
  };

  std::filesystem::path path;
  TarWriterOptions options;
  std::vector<std::string> tags = {};
  std::unique_ptr<Archive> archive = {};
  std::optional<outputs::WrittenImage> written = {};

  [[noreturn]] void fail(const Digest& missing) const {
    throw Error(Errc::not_found, Side::output,
                {.subject = path.string(), .what = "layer was not written", .expected = missing.str()});
  }

  std::vector<LayerRecord> stored_layers(const std::vector<Digest>& diff_ids) const {
    const auto& layout = archive->shared.layout;
    if (const auto* missing = layout.first_missing()) fail(*missing);
    std::vector<LayerRecord> layers;
    for (const auto& diff_id : diff_ids) {
      const auto* layer = layout.find(diff_id);
      if (layer == nullptr) fail(diff_id);
      layers.push_back(*layer);
    }
    return layers;
  }
};

TarWriter::TarWriter(std::filesystem::path path, TarWriterOptions options)
    : state_(new State{.path = std::move(path), .options = std::move(options)}) {}

TarWriter::~TarWriter() = default;

void TarWriter::begin(const ImageDescription& image) {
  if (state_->options.names) refuse_digests(*state_->options.names);
  state_->tags = tags_of(state_->options.names.value_or(image.references));
  state_->archive = std::make_unique<State::Archive>(state_->path, image);
}

unsigned TarWriter::max_open_layers() const noexcept {
  return state_->archive ? state_->archive->shared.layout.max_open() : 1;
}

bool TarWriter::want_layer(const LayerInfo& layer) {
  auto& shared = state_->archive->shared;
  const std::lock_guard lock(shared.mutex);
  return shared.layout.wants(layer);
}

std::unique_ptr<LayerSink> TarWriter::put_layer(const LayerInfo& layer) {
  auto& shared = state_->archive->shared;
  const std::lock_guard lock(shared.mutex);
  return std::make_unique<outputs::TarSink>(shared, shared.layout.take(layer));
}

void TarWriter::put_config(const ImageConfig& config) {
  auto layers = state_->stored_layers(config.diff_ids());
  tar::ArchiveImage image{.config = tar::config_member_name(config.digest()), .tags = state_->tags, .layers = {}};
  for (const auto& layer : layers) image.layers.push_back(tar::layer_member_name(layer.diff_id));

  auto& shared = state_->archive->shared;
  auto end = shared.layout.end();
  tar::ArchiveStreamWriter tail([&](Block bytes) {
    shared.file.write_at(bytes, end);
    end += bytes.size();
  });
  tail.add_member(image.config, config.bytes());
  tail.add_member("manifest.json", tar::make_archive_manifest(image));
  tail.end_archive();
  shared.file.resize(end);  // a discarded layer may have reached further
  state_->written = outputs::WrittenImage{.config_digest = config.digest(),
                                          .config_size = config.bytes().size(),
                                          .layers = std::move(layers),
                                          .tags = state_->tags};
}

void TarWriter::finalize() {
  const auto archive = std::move(state_->archive);  // whatever happens: afterwards no temporary file is left
  if (!archive || !state_->written)
    throw Error(Errc::unsupported, Side::output,
                {.subject = state_->path.string(), .what = "nothing to publish: the config was not written"});
  archive->file.publish();
}

CheckResults TarWriter::verify(VerifyLevel level) {
  if (!state_->written || state_->archive) {
    CheckResults results;
    results.error("verify.tarball", state_->path.string(), "the archive was not published");
    return results;
  }
  return outputs::verify_tar(state_->path, *state_->written, level, outputs::job_count(state_->options.verify_jobs),
                             state_->options.limits);
}

}  // namespace occy
