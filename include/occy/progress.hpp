// occy/progress.hpp: an observer that is told how far a job is. The library has no logger; this is its only voice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "occy/export.hpp"
#include "occy/layer.hpp"

namespace occy {

/// The stages of a job, in order. Checks and comparisons have only `layers`.
enum class Stage { layers, finalizing, verifying };

/// "layers", "finalizing", "verifying".
[[nodiscard]] OCCY_API std::string_view to_string(Stage stage) noexcept;

/// Told by process(), check() and diff(). All functions do nothing by default.
///
/// Threads: calls come from worker threads, one at a time. An observer must be quick, must not throw, and must not call
/// back into the job. `number` counts the layers as they are opened, from 0, and names one layer through all its calls.
class OCCY_API Progress {
 public:
  virtual ~Progress();

  virtual void stage_started(Stage stage);
  virtual void layer_started(std::size_t number, const LayerInfo& layer);

  /// `bytes`: uncompressed, so far; of a layer that is not unpacked, those of its blob. At most once per block of the
  /// source (some hundred KiB).
  virtual void layer_advanced(std::size_t number, std::uint64_t bytes);

  virtual void layer_finished(std::size_t number, const LayerRecord& record);

  /// The output had the layer already.
  virtual void layer_skipped(std::size_t number, const LayerInfo& layer);
};

}  // namespace occy
