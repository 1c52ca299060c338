// occy/outputs/tar.hpp: writes an image as an archive that every engine loads.
//
// docker-save v1.2: `<diff_id>/layer.tar` for each distinct layer, `<config digest>.json`, `manifest.json`; or the
// blobs and documents of an OCI layout. Order: docs/formats.md, "What TarWriter writes". What verify() proves:
// docs/verification.md.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "occy/output.hpp"
#include "occy/reference.hpp"

namespace occy {

struct TarWriterOptions {
  /// How the archive keeps the image.
  enum class Form {
    docker,  ///< `<diff_id>/layer.tar`, uncompressed, which every engine loads
    oci,     ///< an OCI layout that has manifest.json too: blobs as they are stored, and the source's manifest where it
             ///< still fits, so that digests survive. remarks() warns of layers that old engines cannot unpack
  } form = Form::docker;

  /// RepoTags. Missing: the names that the source has. An empty list: none.
  std::optional<std::vector<Reference>> names = {};

  /// Layers that a full verification reads at once. 0: one for each processor, 4 at most.
  unsigned verify_jobs = 0;

  /// For files without a name. Layers of the form `oci` wait there, one at a time, whose blob is known only at their
  /// end: those that a filter may change, and those of a stream; and what a layer has more than was hinted at. Empty:
  /// beside the archive.
  std::filesystem::path spool_directory = {};

  /// Caps on documents: the source's manifest, and what verify() reads back.
  Limits limits = {};

  /// Looked at where layers are copied, or read back, as a whole.
  std::stop_token stop = {};
};

/// Writes each layer once, in one pass; headers are patched when the layer is proved. When every size is known, or
/// hinted at (LayerReader::size_hint), layers are written in parallel, each at its place; of an image with a wrong hint
/// all are written a second time, tight. The bytes depend on the image alone: not on time, not on the number of
/// jobs, not on the name of the file.
///
/// The archive grows beside `path` under a temporary name and appears as `path`, replacing what was there, when
/// finalize() has made it safe on disk. Modes: 0666 less the process's umask.
class OCCY_API TarWriter final : public ImageOutput {
 public:
  /// Opens nothing yet.
  explicit TarWriter(std::filesystem::path path, TarWriterOptions options = {});
  ~TarWriter() override;

  void begin(const ImageDescription& image) override;
  LayerForm layer_form() const noexcept override;
  unsigned max_open_layers() const noexcept override;
  bool want_layer(const LayerInfo& layer) override;
  std::unique_ptr<LayerSink> put_layer(const LayerInfo& layer) override;
  void put_config(const ImageConfig& config) override;
  void finalize() override;
  CheckResults remarks() const override;
  CheckResults verify(VerifyLevel level = VerifyLevel::standard) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy
