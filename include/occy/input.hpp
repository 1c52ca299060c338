// occy/input.hpp: where an image comes from.
//
// An input is pulled. It opens its source, says what it has, and hands out readers in the order that is cheapest for
// it. It does not hash, decode, count or cancel: the pump (process.hpp, check.hpp) does that for every input alike.
#pragma once

#include <memory>

#include "occy/check_results.hpp"
#include "occy/config.hpp"
#include "occy/image.hpp"
#include "occy/layer.hpp"

namespace occy {

/// An image to read, once.
///
/// Threads: the input's own functions are called by one thread at a time (the pump holds a lock); the readers that it
/// has handed out are used by other threads meanwhile, one thread each.
class OCCY_API ImageInput {
 public:
  virtual ~ImageInput();

  /// What can be known without reading a layer. Opens the source at the first call. The reference stays valid as long
  /// as the input. Throws Error (side: input) when there is no image, or none that could be read whole.
  [[nodiscard]] virtual const ImageDescription& describe() = 0;

  /// What is wrong with the source as a container of an image, as findings instead of the first one as an exception:
  /// entries that are missing, documents that do not parse. Reads no layer. Never throws for what the source holds; a
  /// source that is not there, or is no container at all, is a finding too. Default: no findings.
  [[nodiscard]] virtual CheckResults check_structure();

  /// The next layer; null when there are no more. Every stored layer comes once, also when the config lists it twice;
  /// a layer that is stored twice, packed in two ways, comes twice with one diff_id, so that check() can prove both.
  /// After check_structure() found errors, the layers that can still be read come.
  [[nodiscard]] virtual std::unique_ptr<LayerReader> next_layer() = 0;

  /// How many readers may be open at once, at least 1. A stream has 1: the reader must be destroyed before the next.
  [[nodiscard]] virtual unsigned max_open_layers() const noexcept;

  /// The config. Before: next_layer() has returned null, and the last reader is destroyed. Throws Error (side: input)
  /// when the source has not told one that can be read.
  [[nodiscard]] virtual const ImageConfig& config() = 0;
};

}  // namespace occy
