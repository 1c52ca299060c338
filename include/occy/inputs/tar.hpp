// occy/inputs/tar.hpp: an image in an archive, as `docker save` and its relatives write it.
//
// Understood: Docker 1.10 to 24 (`<id>/layer.tar`, repeated layers as symbolic links, also before their target), Docker
// 25 and later (an OCI layout inside, with manifest.json), Podman, containerd; layers that are gzip or zstd; ustar, PAX
// and GNU headers; names that begin with "./"; manifest.json anywhere. Formats: docs/formats.md.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "occy/input.hpp"
#include "occy/limits.hpp"
#include "occy/reference.hpp"

namespace occy {

struct TarInputOptions {
  /// Which image of an archive that holds several. Missing: the only one; with several, describe() throws and lists
  /// them.
  std::optional<Reference> image = {};

  Limits limits = {};
};

/// An archive in a regular file. One walk over its headers (no layer is read) builds an index; layers are then read by
/// offset, in manifest order, any number at once.
///
/// The file must not change meanwhile: a change is found (size, time of change) and is an error.
class OCCY_API TarInput final : public ImageInput {
 public:
  /// Opens nothing yet.
  explicit TarInput(std::filesystem::path path, TarInputOptions options = {});
  ~TarInput() override;

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
