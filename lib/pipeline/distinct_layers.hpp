// pipeline/distinct_layers.hpp: the layers of an input, each diff_id once.
//
// A source may store one layer several times, packed in different ways. Its diff_id says that the content is the same,
// so the first is read and proved, and the others need not be: that they keep their promise is what check() looks at.
#pragma once

#include <memory>
#include <stop_token>
#include <unordered_set>

#include "occy/input.hpp"
#include "pipeline/pump.hpp"

namespace occy::pipeline {

class DistinctLayers {
 public:
  /// The input is borrowed.
  explicit DistinctLayers(ImageInput& input) : input_(input) {}

  /// The next layer whose diff_id is new, or not known before it was read; null when there are no more. Throws what the
  /// input throws; Errc::cancelled after a stop request.
  [[nodiscard]] std::unique_ptr<LayerReader> next(const std::stop_token& stop) {
    std::unique_ptr<LayerReader> reader;
    do {
      require_running(stop);
      reader.reset();  // a stream has one open at a time
      reader = input_.next_layer();
    } while (reader && !is_new(reader->info()));
    return reader;
  }

 private:
  [[nodiscard]] bool is_new(const LayerInfo& layer) { return !layer.diff_id || seen_.insert(*layer.diff_id).second; }

  ImageInput& input_;
  std::unordered_set<Digest> seen_;
};

}  // namespace occy::pipeline
