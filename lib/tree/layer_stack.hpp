// tree/layer_stack.hpp: a directory for each layer, in which an overlay file system finds what it needs to merge them.
//
// Format: Linux, Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories".
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tree/extractor.hpp"

namespace occy::tree {

/// Makes "0", "1", … in one directory. Mounted over one another they show what an Extractor makes of the same layers:
///
///  - a whiteout is a character device 0/0, where a lower layer has something to hide; nothing else may be one;
///  - a directory that hides what lower layers have in it has trusted.overlay.opaque, without root user.overlay.opaque;
///  - a directory without an entry has the attributes of the one below it;
///  - a hard link to a file of a lower layer brings that file into its own layer: both names are there.
///
/// Links on the way are followed in what the layers show together. Throws as Extractor does; Errc::unsupported for a
/// device 0/0 in a layer.
class LayerStack final : public LayerTaker {
 public:
  explicit LayerStack(io::File directory, const ExtractorOptions& options = {});
  ~LayerStack() override;

  void begin_layer(const std::string& name) override;
  void write(Block bytes) override;
  void end_layer() override;

  /// The lowest layer that is not hidden as a whole: an overlay does not look at the mark of a root.
  [[nodiscard]] std::size_t lowest_shown() const noexcept;

  /// One for each layer. Call last.
  [[nodiscard]] std::vector<Record> take_records();
  [[nodiscard]] const Remarks& remarks() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace occy::tree
