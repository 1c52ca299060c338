// pipeline/layer_supply.hpp: hands the layers of an input to several workers.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>

#include "pipeline/distinct_layers.hpp"

namespace occy::pipeline {

class LayerSupply {
 public:
  /// The input is borrowed.
  explicit LayerSupply(ImageInput& input) : layers_(input) {}

  /// The next layer, each diff_id once; null when there are no more, or after the input has thrown. `opened` is called
  /// for it before another worker gets the next: in the order of the layers. Throws what the input throws;
  /// Errc::cancelled after a stop request.
  [[nodiscard]] std::unique_ptr<LayerReader> next(const std::stop_token& stop,
                                                  const std::function<void(const LayerInfo&)>& opened = {});

 private:
  DistinctLayers layers_;
  std::mutex mutex_;
  bool exhausted_ = false;
};

}  // namespace occy::pipeline
