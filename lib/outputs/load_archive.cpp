#include "outputs/load_archive.hpp"

#include <utility>

#include "occy/error.hpp"
#include "outputs/load_sinks.hpp"
#include "tar/docker_archive.hpp"

namespace occy {

LoadArchive::LoadArchive(docker::Engine& engine, Reference name, const DockerWriterOptions& options)
    : engine_(engine),
      name_(std::move(name)),
      options_(options),
      writer_([this](Block bytes) { session().send(bytes); }) {}

bool LoadArchive::wants(const LayerInfo& layer) const {
  return !layer.diff_id || (!has(*layer.diff_id) && layer.diff_id != open_layer_);
}

std::unique_ptr<LayerSink> LoadArchive::put_layer(const LayerInfo& layer) {
  const auto& limits = options_.engine.limits;
  open_layer_ = layer.diff_id;
  if (layer.size) return std::make_unique<StreamedSink>(*this, layer, member_name(layer.diff_id), limits);
  const auto& directory = options_.spool_directory;
  return std::make_unique<UnsizedSink>(*this, layer, directory.empty() ? "/tmp" : directory, limits);
}

void LoadArchive::forget(const LayerInfo& layer) noexcept {
  if (open_layer_ == layer.diff_id) open_layer_.reset();
}

bool LoadArchive::trusts_hint(const LayerInfo& layer) const { return layer.diff_id && !lost_layer_; }

void LoadArchive::lose(const LayerInfo& layer) { lost_layer_ = layer.diff_id; }

std::string LoadArchive::member_name(const std::optional<Digest>& diff_id) {
  if (diff_id && diff_id != lost_layer_) return tar::layer_member_name(*diff_id);
  return std::to_string(unnamed_layers_++) + "/layer.tar";
}

void LoadArchive::record(const LayerRecord& layer, std::string member) {
  layers_.insert_or_assign(layer.diff_id, Layer{.member = std::move(member), .record = layer});
}

const LoadArchive::Layer& LoadArchive::layer(const Digest& diff_id) const {
  if (const auto found = layers_.find(diff_id); found != layers_.end()) return found->second;
  throw Error{Errc::not_found, Side::output,
              ErrorDetail{.subject = "docker://" + name_.str(),
                          .what = "a layer of the config was not written",
                          .expected = diff_id.str()}};
}

std::vector<LayerRecord> LoadArchive::put_documents(const ImageConfig& config) {
  tar::ArchiveImage image{.config = tar::config_member_name(config.digest()), .tags = {name_.str()}, .layers = {}};
  std::vector<LayerRecord> records;
  for (const auto& diff_id : config.diff_ids()) {
    const auto& [member, record] = layer(diff_id);
    image.layers.push_back(member);
    records.push_back(record);
  }
  writer_.add_member(image.config, config.bytes());
  writer_.add_member("manifest.json", tar::make_archive_manifest(image));
  return records;
}

void LoadArchive::finish() {
  session().finish();
  phase_ = Phase::closed;
  session_.reset();
}

void LoadArchive::abandon() noexcept {
  phase_ = Phase::closed;
  session_.reset();
}

LoadSession& LoadArchive::session() {
  if (phase_ == Phase::closed)
    throw Error{Errc::refused, Side::output,
                ErrorDetail{.subject = "docker://" + name_.str(), .what = "the load has ended or was abandoned"}};
  if (phase_ == Phase::fresh) session_ = std::make_unique<LoadSession>(engine_, name_, options_.engine.limits);
  phase_ = Phase::open;
  return *session_;
}

}  // namespace occy
