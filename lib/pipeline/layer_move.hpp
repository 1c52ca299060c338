// pipeline/layer_move.hpp: one layer on its way from an input, past the filters, to an output.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "occy/layer.hpp"
#include "occy/limits.hpp"
#include "pipeline/filter_chain.hpp"
#include "pipeline/hashing_tap.hpp"

namespace occy::pipeline {

/// Opened under the job's lock, run outside of it.
struct LayerMove {
  std::size_t number;
  std::unique_ptr<LayerReader> reader;

  /// Null: nobody takes the bytes, filters look at them.
  std::unique_ptr<LayerSink> sink = {};

  /// For a layer that may change, beside `sink`, which takes it as it is stored: one of the two is committed.
  std::unique_ptr<LayerSink> plain_sink = {};

  /// `again`: restart() of the reader gives the layer once more. Then `plain_sink` does not live to the end of a large
  /// layer that nothing seems to change.
  enum class Reading { once, again } reading = Reading::once;

  /// `late`: found when `plain_sink` was gone. `sink` alone is to take the layer, as the filters leave it.
  enum class Change { not_known, late } change = Change::not_known;

  /// Null: nobody looks.
  std::unique_ptr<LayerVisitors> visitors = {};
};

struct MoveOptions {
  /// LayerForm::blob: nobody needs to look into the layer, as nothing but the proof of its blob is asked for.
  LayerForm form = LayerForm::plain;

  Limits limits = {};
  std::filesystem::path temp_directory = {};
  std::stop_token stop = {};

  /// For hashing. Borrowed; may be null.
  SpareProcessors* spares = nullptr;

  /// Is told how many bytes have been read so far: uncompressed ones, unless the layer is not unpacked.
  std::function<void(std::uint64_t)> advanced = {};

  /// Whether a layer that was read is not one of the image; it is then discarded.
  std::function<bool(const LayerRecord&)> is_foreign = {};
};

struct MovedLayer {
  LayerRecord read;
  LayerRecord written;
};

/// Reads, proves, filters, writes and commits. Nothing when the layer is foreign. Uses up the sinks of `move`. Throws
/// Errc::interrupted, and notes it in `move`, when a layer changes late.
[[nodiscard]] std::optional<MovedLayer> move_layer(LayerMove& move, const MoveOptions& options);

}  // namespace occy::pipeline
