// tree/extractor.hpp: layers in, lowest first; a directory with what a container would see out.
//
// Specification: OCI image-spec 1.1, layer.md. Nothing outside the directory is ever touched: no link is followed out
// of it, names with ".." are refused, absolute ones count from it.
#pragma once

#include <memory>
#include <string>

#include "io/file.hpp"
#include "occy/limits.hpp"
#include "tree/attributes.hpp"
#include "tree/entry_stream.hpp"
#include "tree/record.hpp"
#include "tree/remarks.hpp"
#include "tree/root_directory.hpp"

namespace occy::tree {

/// Takes the plain bytes of layers, one layer after the other.
class LayerTaker {
 public:
  virtual ~LayerTaker() = default;

  /// `name`: the layer's, for messages.
  virtual void begin_layer(const std::string& name) = 0;
  virtual void write(Block bytes) = 0;
  virtual void end_layer() = 0;
};

struct ExtractorOptions {
  Ownership ownership = Ownership::image;
  RecordDepth record = RecordDepth::counts;
  Descent descent = Descent::kernel;
  Limits limits = {};
};

/// One tree. What fails leaves it half done: remove it.
///
/// Throws Error: Errc::bad_archive and Errc::limit (side: input) for a layer that cannot be unpacked, with the layer
/// and the entry; Errc::io (side: output) for what the system refuses.
///
/// Cost: six system calls for a file; memory for the directories of the tree, the paths' hashes of one layer, and what
/// is recorded.
class Extractor final : public LayerTaker {
 public:
  /// `root`: an empty directory that nobody else writes to.
  explicit Extractor(io::File root, const ExtractorOptions& options = {});
  ~Extractor() override;

  void begin_layer(const std::string& name) override;
  void write(Block bytes) override;
  void end_layer() override;

  /// After the last layer: directories get their modes and times.
  void finish();

  /// What was written. take_record() gives it away; call it last.
  [[nodiscard]] Record take_record();
  [[nodiscard]] const Remarks& remarks() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// image for root, recorded for others.
[[nodiscard]] Ownership default_ownership() noexcept;

}  // namespace occy::tree
