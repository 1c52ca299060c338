// occy/outputs/bundle.hpp: an image as a bundle that runc and crun start.
//
//   PATH/config.json   OCI runtime-spec 1.0, made from the image's config
//   PATH/rootfs/       all layers, laid over one another
#pragma once

#include <filesystem>
#include <memory>

#include "occy/outputs/tree.hpp"

namespace occy {

/// Unpacks as TreeWriter does; what holds for its directory holds for this one.
///
/// config.json: arguments are Entrypoint and Cmd (one of an image that names neither is `sh`, which remarks() says);
/// PATH is added to an environment that has none; the user and groups are looked up in the image's own /etc/passwd and
/// /etc/group, never outside. Namespaces, mounts, capabilities and masked paths are those of `runc spec`; without root,
/// those of `runc spec --rootless`. Labels become annotations.
///
/// put_config() throws Error (side: input): Errc::not_found for a user or a group that the image does not have,
/// Errc::bad_document for a config whose members have the wrong types.
class OCCY_API BundleWriter final : public ImageOutput {
 public:
  /// Opens nothing yet.
  explicit BundleWriter(std::filesystem::path path, UnpackOptions options = {});
  ~BundleWriter() override;

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
