// occy/outputs/mounts.hpp: an image as directories that an overlay file system merges, without unpacking any file
// twice.
//
//   PATH/layers/<n>-<short diff_id>/   one directory for each layer, the lowest is 0
//   PATH/mounts.json                   which to mount over which, and the line that does it
//   PATH/<config hex>.json             the config, byte for byte
#pragma once

#include <filesystem>
#include <memory>

#include "occy/outputs/tree.hpp"

namespace occy {

/// Unpacks as TreeWriter does, each layer by itself: whiteouts become devices 0/0, opaque directories get
/// trusted.overlay.opaque (with recorded owners user.overlay.opaque, and the mount needs the option userxattr).
/// Mounted, the layers show what TreeWriter writes. Format: docs/formats.md, "Layers to mount".
///
/// put_config() throws Error (side: output, Errc::unsupported) for more layers than an overlay takes.
class OCCY_API MountsWriter final : public ImageOutput {
 public:
  /// Opens nothing yet.
  explicit MountsWriter(std::filesystem::path path, UnpackOptions options = {});
  ~MountsWriter() override;

  void begin(const ImageDescription& image) override;
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
