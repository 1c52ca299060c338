#include <utility>

#include "occy/outputs/tree.hpp"
#include "outputs/expansion.hpp"
#include "tar/docker_archive.hpp"

namespace occy {

struct TreeWriter::State {
  outputs::Unpacking unpacking;
  std::optional<std::vector<Reference>> names;
  std::vector<std::string> tags = {};
};

TreeWriter::TreeWriter(std::filesystem::path path, TreeWriterOptions options)
    : state_(new State{.unpacking = {std::move(path), std::move(options.unpack)}, .names = std::move(options.names)}) {}

TreeWriter::~TreeWriter() = default;

void TreeWriter::begin(const ImageDescription& image) {
  state_->tags = tar::repo_tags(state_->names.value_or(image.references));
  state_->unpacking.begin(image);
}

unsigned TreeWriter::max_open_layers() const noexcept { return state_->unpacking.max_open_layers(); }

bool TreeWriter::want_layer(const LayerInfo& layer) { return state_->unpacking.expansion().layers().wants(layer); }

std::unique_ptr<LayerSink> TreeWriter::put_layer(const LayerInfo& layer) {
  return state_->unpacking.expansion().layers().put(layer);
}

void TreeWriter::put_config(const ImageConfig& config) {
  state_->unpacking.expansion().complete(config);
  const std::string name = tar::config_member_name(config.digest());
  const std::string manifest = tar::make_archive_manifest({.config = name, .tags = state_->tags, .layers = {}});
  state_->unpacking.add_document(name, config.bytes(), "verify.config");
  state_->unpacking.add_document("manifest.json", manifest, "verify.manifest");
}

void TreeWriter::finalize() { state_->unpacking.finalize(); }
CheckResults TreeWriter::remarks() const { return state_->unpacking.remarks(); }
CheckResults TreeWriter::verify(VerifyLevel level) { return state_->unpacking.verify(level); }

}  // namespace occy
