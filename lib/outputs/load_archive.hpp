// outputs/load_archive.hpp: the docker-save archive that DockerWriter streams into an engine: layers as they come, then
// the config, manifest.json and the end.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "docker/engine.hpp"
#include "occy/config.hpp"
#include "occy/layer.hpp"
#include "occy/outputs/docker.hpp"
#include "outputs/load_session.hpp"
#include "tar/archive_stream_writer.hpp"

namespace occy {

/// One archive. The load begins with the archive's first byte. An abandoned archive leaves the engine as it was, and
/// throws Errc::refused (side: output) at every later use.
class LoadArchive {
 public:
  /// `engine` is borrowed.
  LoadArchive(docker::Engine& engine, Reference name, const DockerWriterOptions& options);

  // The writer's callback holds `this`.
  LoadArchive(const LoadArchive&) = delete;
  LoadArchive& operator=(const LoadArchive&) = delete;

  /// Whether the layer is in the archive.
  [[nodiscard]] bool has(const Digest& diff_id) const { return layers_.contains(diff_id); }

  /// False when the layer is in the archive, or its sink is open.
  [[nodiscard]] bool wants(const LayerInfo& layer) const;

  /// A sink that streams a layer of exact size, or one with a hint, and spools another until its size is known. One at
  /// a time. Destroyed without commit, it is as if it had never been, unless it has sent bytes: then the archive is
  /// abandoned. When a hint was wrong, the sink throws Errc::interrupted, and all further ones spool.
  [[nodiscard]] std::unique_ptr<LayerSink> put_layer(const LayerInfo& layer);

  /// Puts the config and manifest.json. Returns what each of the config's layers was. Throws Errc::not_found (side:
  /// output) when one was not put.
  [[nodiscard]] std::vector<LayerRecord> put_documents(const ImageConfig& config);

  /// Ends the load; throws unless the engine says that it loaded our image.
  void finish();

  void abandon() noexcept;

  /// For the sinks: the archive's next bytes, what one of its members has turned out to be, and a layer that its sink
  /// has given up.
  [[nodiscard]] tar::ArchiveStreamWriter& writer() noexcept { return writer_; }
  void record(const LayerRecord& layer, std::string member);
  void forget(const LayerInfo& layer) noexcept;

  /// Whether a hint at the layer's size may be believed. Not once one was wrong: others would be too, and what is sent
  /// in vain stays within one layer. Nor of a layer that may turn out to be none of the image's.
  [[nodiscard]] bool trusts_hint(const LayerInfo& layer) const;

  /// The layer's hint was wrong: the member of its usual name is not the layer.
  void lose(const LayerInfo& layer);

  /// What the layer's next member is called.
  [[nodiscard]] std::string member_name(const std::optional<Digest>& diff_id);

 private:
  struct Layer {
    std::string member;
    LayerRecord record;
  };
  enum class Phase { fresh, open, closed };

  [[nodiscard]] LoadSession& session();
  [[nodiscard]] const Layer& layer(const Digest& diff_id) const;

  docker::Engine& engine_;
  Reference name_;
  const DockerWriterOptions& options_;
  Phase phase_ = Phase::fresh;
  std::unique_ptr<LoadSession> session_;
  tar::ArchiveStreamWriter writer_;
  std::map<Digest, Layer> layers_;
  std::optional<Digest> open_layer_;
  std::optional<Digest> lost_layer_;
  std::size_t unnamed_layers_ = 0;
};

}  // namespace occy
