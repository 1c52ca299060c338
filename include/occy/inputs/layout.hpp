// occy/inputs/layout.hpp: an image in an OCI image layout.
//
// Specification: OCI image-spec 1.1, image-layout.md. Image indexes, also nested, and manifests; Docker's schema 2 too.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "occy/digest.hpp"
#include "occy/input.hpp"
#include "occy/limits.hpp"
#include "occy/platform.hpp"
#include "occy/reference.hpp"

namespace occy {

/// Which image of the layout. Nothing set: the only one; with several, describe() throws and lists them.
struct LayoutInputOptions {
  /// The annotation org.opencontainers.image.ref.name.
  std::string tag = {};

  /// The annotation io.containerd.image.name, compared in canonical form.
  std::optional<Reference> image = {};

  /// A manifest or an index, whether index.json lists it or not. Nothing else is looked at then.
  std::optional<Digest> digest = {};

  /// Which of several platforms. Missing: host_platform(), and where there is only one, that one.
  std::optional<Platform> platform = {};

  Limits limits = {};
};

/// Reads documents at first, each held against the digest that names it; layers are then read from their files, any
/// number at once. No symbolic link below `path` is followed.
class OCCY_API LayoutInput final : public ImageInput {
 public:
  /// Opens nothing yet.
  explicit LayoutInput(std::filesystem::path path, LayoutInputOptions options = {});
  ~LayoutInput() override;

  const ImageDescription& describe() override;
  CheckResults check_structure() override;
  std::unique_ptr<LayerReader> next_layer() override;
  unsigned max_open_layers() const noexcept override;
  const ImageConfig& config() override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy
