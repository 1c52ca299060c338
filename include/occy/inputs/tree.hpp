// occy/inputs/tree.hpp: an image made from a directory: one layer, and a config of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "occy/config.hpp"
#include "occy/input.hpp"
#include "occy/reference.hpp"

namespace occy {

struct TreeInputOptions {
  /// The image's name. Missing: it has none.
  std::optional<Reference> name = {};

  Platform platform = {.os = "linux", .architecture = "amd64"};

  std::vector<std::string> command = {};
  std::vector<std::string> environment = {};
  std::string working_directory = {};

  /// The time of change that every entry gets, in seconds since 1970. Default 0: two packs of equal trees give equal
  /// bytes. Missing: the files' own times.
  std::optional<std::int64_t> mtime = 0;

  /// Whose files they are in the image.
  enum class Owner {
    root,  ///< 0:0, the default: the packer's own user means nothing in the image
    kept,  ///< the user and group ids of the files
  } owner = Owner::root;
};

/// Packs the tree below `root` in the order of the names' bytes, as a ustar archive with PAX records where a value
/// needs them. Kept: modes, symbolic links, hard links within the tree, device nodes, fifos, xattrs that can be read.
/// Sockets are left out. Never follows a symbolic link, and never leaves the file system tree below `root`.
///
/// A file that shrinks while it is packed is an Error; what it grows by is left out.
class OCCY_API TreeInput final : public ImageInput {
 public:
  explicit TreeInput(std::filesystem::path root, TreeInputOptions options = {});
  ~TreeInput() override;

  const ImageDescription& describe() override;
  std::unique_ptr<LayerReader> next_layer() override;
  const ImageConfig& config() override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy
