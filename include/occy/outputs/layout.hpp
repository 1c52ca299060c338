// occy/outputs/layout.hpp: writes an image into an OCI image layout.
//
// Specification: OCI image-spec 1.1, image-layout.md. Blobs as they are stored, so that their digests survive; which
// documents are written: docs/formats.md, "OCI layout". What verify() proves: docs/verification.md.
#pragma once

#include <filesystem>
#include <memory>
#include <stop_token>
#include <string>

#include "occy/limits.hpp"
#include "occy/output.hpp"

namespace occy {

struct LayoutWriterOptions {
  /// The annotation org.opencontainers.image.ref.name, by which the image is found in the layout; the image that has it
  /// so far loses it. Empty: the tags of the source's names, and those names in full as io.containerd.image.name; then
  /// an image of another name that has the same tag is not replaced, but an Error.
  std::string tag = {};

  /// Layers that are read at once, before (blobs that are there already) and after. 0: one for each processor, 4 at
  /// most.
  unsigned verify_jobs = 0;

  /// Caps on what is read back.
  Limits limits = {};

  /// Ends a wait for another writer, and the reading of blobs that are there already.
  std::stop_token stop = {};
};

/// A new layout grows beside `path` and appears by rename. Into a layout that is there, the image is added: blobs
/// first, the index last, under a lock, so that several processes may write one layout. A blob that is there already is
/// used only after its bytes were hashed in begin(), and unpacked where it is compressed.
///
/// The manifest of the source is kept byte for byte when the config and all blobs are those that it names; otherwise a
/// new OCI manifest is written.
class OCCY_API LayoutWriter final : public ImageOutput {
 public:
  /// Opens nothing yet.
  explicit LayoutWriter(std::filesystem::path path, LayoutWriterOptions options = {});
  ~LayoutWriter() override;

  void begin(const ImageDescription& image) override;
  LayerForm layer_form() const noexcept override { return LayerForm::stored; }
  unsigned max_open_layers() const noexcept override;
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
