#include <optional>
#include <utility>

#include "occy/error.hpp"
#include "occy/outputs/tree.hpp"
#include "outputs/expansion.hpp"
#include "tar/docker_archive.hpp"

namespace occy {
namespace {

std::vector<std::string> tags_of(const std::vector<Reference>& references) {
  std::vector<std::string> tags;
  for (const auto& reference : references)
    if (!reference.digest) tags.push_back(reference.with_default_tag().str());
  return tags;
}

}  // namespace

struct TreeWriter::State {
  std::filesystem::path path;
  TreeWriterOptions options;
  std::vector<std::string> tags = {};
  std::unique_ptr<outputs::Expansion> expansion = {};  ///< between begin() and finalize()
  std::vector<outputs::WrittenDocument> documents = {};
  std::optional<outputs::Expanded> written = {};
};

TreeWriter::TreeWriter(std::filesystem::path path, TreeWriterOptions options)
    : state_(new State{.path = std::move(path), .options = std::move(options)}) {}

TreeWriter::~TreeWriter() = default;

void TreeWriter::begin(const ImageDescription& image) {
  state_->tags = tags_of(state_->options.names.value_or(image.references));
  state_->expansion = std::make_unique<outputs::Expansion>(state_->path, state_->options.unpack, image);
}

unsigned TreeWriter::max_open_layers() const noexcept {
  return state_->expansion ? state_->expansion->layers().max_open() : 1;
}

bool TreeWriter::want_layer(const LayerInfo& layer) { return state_->expansion->layers().wants(layer); }

std::unique_ptr<LayerSink> TreeWriter::put_layer(const LayerInfo& layer) {
  return state_->expansion->layers().put(layer);
}

void TreeWriter::put_config(const ImageConfig& config) {
  outputs::Expansion& expansion = *state_->expansion;
  expansion.complete(config);
  const std::string name = tar::config_member_name(config.digest());
  const std::string manifest = tar::make_archive_manifest({.config = name, .tags = state_->tags, .layers = {}});
  state_->documents = {expansion.stage().write_document(name, config.bytes(), "verify.config"),
                       expansion.stage().write_document("manifest.json", manifest, "verify.manifest")};
}

void TreeWriter::finalize() {
  const auto expansion = std::move(state_->expansion);  // whatever happens: afterwards no temporary directory is left
  if (!expansion || state_->documents.empty())
    throw Error(Errc::unsupported, Side::output,
                {.subject = state_->path.string(), .what = "nothing to publish: the config was not written"});
  state_->written = expansion->publish(std::move(state_->documents));
}

CheckResults TreeWriter::remarks() const { return state_->written ? state_->written->remarks : CheckResults{}; }

CheckResults TreeWriter::verify(VerifyLevel level) {
  if (state_->written) return outputs::verify_expanded(*state_->written, level, state_->options.unpack.limits);
  CheckResults results;
  results.error("verify.tree", state_->path.string(), "the tree was not published");
  return results;
}

}  // namespace occy
