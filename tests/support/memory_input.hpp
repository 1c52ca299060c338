// support/memory_input.hpp: an image in memory as an ImageInput, with a knob for everything an input may do.
#pragma once

#include <map>
#include <vector>

#include "occy/input.hpp"
#include "support/image_builder.hpp"

namespace occy::test {

/// What the input tells before its layers.
enum class Knowledge {
  everything,  ///< as an archive in a file: config, and index, diff_id and size of every layer
  no_sizes,    ///< as an archive of packed layers
  blobs,       ///< as a registry: also the blob of every layer, no sizes
  nothing,     ///< as a pipe: the config comes last, layers have no index and no diff_id
};

/// How a layer that the config lists twice comes.
enum class Repeats { once, every_time };

/// What goes wrong with one layer.
enum class Fault {
  wrong_bytes,  ///< its last byte is another
  cut,          ///< its last byte is missing; the reader ends as if all was well
  longer,       ///< one byte too many
  failing,      ///< the reader throws Error (side: input), Errc::io, at `failing_block`
};

struct MemoryInputOptions {
  Knowledge knowledge = Knowledge::everything;
  Repeats repeats = Repeats::once;
  Compression compression = Compression::none;

  /// Positions in the image, in the order in which they come. Empty: the image's.
  std::vector<std::size_t> order = {};

  /// What its readers say of the sizes of layers, by position in the image. Missing: nothing.
  std::map<std::size_t, std::uint64_t> hints = {};

  unsigned max_open = 8;
  std::size_t block_size = std::size_t{64} * 1024;

  /// By position in the image.
  std::map<std::size_t, Fault> faults = {};
  std::size_t failing_block = 0;
};

class MemoryInput final : public ImageInput {
 public:
  explicit MemoryInput(TestImage image, MemoryInputOptions options = {});

  const ImageDescription& describe() override { return description_; }
  std::unique_ptr<LayerReader> next_layer() override;
  unsigned max_open_layers() const noexcept override { return options_.max_open; }
  const ImageConfig& config() override { return image_.config; }

 private:
  [[nodiscard]] LayerInfo info_of(std::size_t position) const;
  [[nodiscard]] bool is_repeated(std::size_t position) const;

  TestImage image_;
  MemoryInputOptions options_;
  ImageDescription description_;
  std::vector<std::size_t> order_;
  std::size_t next_ = 0;
};

}  // namespace occy::test
