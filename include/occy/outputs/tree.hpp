// occy/outputs/tree.hpp: an image as the file system that a container would see.
//
//   PATH/rootfs/            all layers, laid over one another
//   PATH/<config hex>.json  the config, byte for byte
//   PATH/manifest.json      its name, and the image's names; no layers: they are not kept
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "occy/limits.hpp"
#include "occy/output.hpp"
#include "occy/reference.hpp"

namespace occy {

/// How an output unpacks layers into directories.
struct UnpackOptions {
  /// Whose files they become.
  enum class Owners {
    by_privilege,  ///< `image` for root, `recorded` for others
    image,         ///< the image's owners; needs root
    recorded,  ///< the caller's; owners and modes are recorded in user.containers.override_stat, device nodes become
               ///< empty files, set-user-id bits are not set
  } owners = Owners::by_privilege;

  /// The most that verify() will be asked. A full proof needs each path's record while it is written (about 200 bytes
  /// of memory each) and hashes every file on its way.
  VerifyLevel proof = VerifyLevel::full;

  /// Where layers wait that come before their turn. Empty: beside the destination.
  std::filesystem::path spool_directory = {};

  /// Caps on what layers may expand to.
  Limits limits = {};

  /// Ends a full verification.
  std::stop_token stop = {};
};

struct TreeWriterOptions {
  UnpackOptions unpack = {};

  /// RepoTags in manifest.json. Missing: the names that the source has.
  std::optional<std::vector<Reference>> names = {};
};

/// Lays the layers over one another, whatever the order in which they come. Nothing outside the directory is ever
/// touched, whatever the layers say: links are followed within rootfs/ only.
///
/// The directory must not exist, or be empty. It grows beside its place, closed to others, and takes it when finalize()
/// has made it safe on disk. remarks() says what of the image this file system or this user could not have.
class OCCY_API TreeWriter final : public ImageOutput {
 public:
  /// Opens nothing yet.
  explicit TreeWriter(std::filesystem::path path, TreeWriterOptions options = {});
  ~TreeWriter() override;

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
