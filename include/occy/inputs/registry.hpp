// occy/inputs/registry.hpp: an image in a registry.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "occy/input.hpp"
#include "occy/platform.hpp"
#include "occy/registry.hpp"

namespace occy {

struct RegistryInputOptions {
  /// Which image of an index. Missing: host_platform(), and where there is only one, that one. An empty variant fits
  /// the best one.
  std::optional<Platform> platform = {};

  /// Finished blobs, and the beginnings of unfinished ones, are kept in this directory, for later runs too; each is
  /// proved again before it is used. Empty: nothing is kept.
  std::filesystem::path blob_cache = {};

  /// Layers that say where else they can be had ("urls").
  enum class ForeignLayers {
    refuse,
    follow,  ///< without credentials, HTTPS only
  } foreign_layers = ForeignLayers::refuse;
};

/// An image by tag or by digest. An index leads to the image for a platform; attestations are no images. Every document
/// is held against the digest that names it; blobs come as they are stored, and the pump proves them. A blob whose
/// connection breaks goes on from there (Range), in the same run.
///
/// describe() costs the documents (two to four requests), no layer. Any number of layers may be open at once.
class OCCY_API RegistryInput final : public ImageInput {
 public:
  /// Asks nothing yet.
  RegistryInput(RegistryPlace place, RegistrySession session, RegistryInputOptions options = {});
  ~RegistryInput() override;

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
