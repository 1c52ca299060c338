// occy/outputs/docker.hpp: loads an image into a Docker or Podman engine, and asks the engine what it has.
//
// Engine API: POST /images/load, then GET /images/{name}/json. What nine engines answer: docs/docker-api.md.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "occy/engine.hpp"
#include "occy/output.hpp"
#include "occy/reference.hpp"

namespace occy {

/// What a full verification of a loaded image costs.
enum class EngineProof {
  inspect,  ///< one small request; exact on every engine (docs/docker-api.md)
  export_,  ///< a full verification exports the image again and hashes every blob
};

struct DockerWriterOptions {
  EngineOptions engine = {};

  EngineProof full_proof = EngineProof::inspect;

  /// Where a layer that is stored compressed, and whose source has no right hint at its size (LayerReader::size_hint),
  /// waits, unpacked and without a name, until its size is known: an archive says the size first, and a socket cannot
  /// be patched. Empty: the system's directory for temporary files, as TMPDIR does not concern a library: /tmp.
  std::filesystem::path spool_directory = {};
};

/// Streams an archive into the engine while the layers are read, and reads the engine's answer at the same time. There
/// is no temporary archive.
///
/// finalize() succeeds only when the engine's status stream says that our image was loaded. If the job fails before
/// that, the archive is left unfinished, so that the engine creates nothing.
class OCCY_API DockerWriter final : public ImageOutput {
 public:
  /// Asks nothing yet. `name` gets the tag "latest" when it has none; a digest in it is an Error at begin().
  explicit DockerWriter(const Reference& name, DockerWriterOptions options = {});
  ~DockerWriter() override;

  void begin(const ImageDescription& image) override;
  bool want_layer(const LayerInfo& layer) override;
  std::unique_ptr<LayerSink> put_layer(const LayerInfo& layer) override;
  void put_config(const ImageConfig& config) override;
  void finalize() override;
  CheckResults verify(VerifyLevel level = VerifyLevel::standard) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy
