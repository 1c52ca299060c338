// occy/outputs/dir.hpp: writes an image as plain files: its config, its layers as tar files, and what docker-save calls
// manifest.json.
//
//   PATH/<diff_id hex>/layer.tar   each distinct layer, uncompressed
//   PATH/<config hex>.json         the config, byte for byte
//   PATH/manifest.json             or, with unique names, manifest-<name>-<tag>.json for each name
//   PATH/catalog.json              which images there are
//
// Format: docs/formats.md, "Directory store". What verify() proves: docs/verification.md.
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

struct DirWriterOptions {
  /// How many images the directory holds.
  enum class Store {
    single,        ///< one, which no other is ever written over
    unique_names,  ///< many, each under its name, which share layers
  } store = Store::single;

  /// RepoTags. Missing: the names that the source has. With unique names there must be one.
  std::optional<std::vector<Reference>> names = {};

  /// Layers that are read at once, before (those that are there already) and after. 0: one for each processor, 4 at
  /// most.
  unsigned verify_jobs = 0;

  /// Caps on what is read back.
  Limits limits = {};

  /// Ends a wait for another writer, and the reading of layers that are there already.
  std::stop_token stop = {};
};

/// A new directory grows beside `path` and appears by rename. Into one that was written with unique names, an image
/// with unique names is added: layers first, catalog.json last, under a lock, so that several processes may write one
/// store. A layer that is there already is used only after its bytes were hashed in begin(). Any other directory that
/// is not empty is refused.
class OCCY_API DirWriter final : public ImageOutput {
 public:
  /// Opens nothing yet.
  explicit DirWriter(std::filesystem::path path, DirWriterOptions options = {});
  ~DirWriter() override;

  void begin(const ImageDescription& image) override;
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
