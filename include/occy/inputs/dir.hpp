// occy/inputs/dir.hpp: an image in a directory that DirWriter wrote, or in an unpacked docker-save archive.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "occy/input.hpp"
#include "occy/limits.hpp"
#include "occy/reference.hpp"

namespace occy {

struct DirInputOptions {
  /// Which of several images. Missing: the only one; with several, describe() throws and lists them.
  std::optional<Reference> image = {};

  Limits limits = {};
};

/// Reads documents at first; layers are then read from their files, any number at once. No symbolic link below `path`
/// is followed. A file system tree (dir://…?expand=true) has no layers any more and is refused.
class OCCY_API DirInput final : public ImageInput {
 public:
  /// Opens nothing yet.
  explicit DirInput(std::filesystem::path path, DirInputOptions options = {});
  ~DirInput() override;

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
