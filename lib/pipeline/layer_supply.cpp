#include "pipeline/layer_supply.hpp"

#include "pipeline/pump.hpp"

namespace occy::pipeline {

std::unique_ptr<LayerReader> LayerSupply::next(const std::stop_token& stop,
                                               const std::function<void(const LayerInfo&)>& opened) {
  const std::scoped_lock lock(mutex_);
  require_running(stop);
  if (exhausted_) return nullptr;
  exhausted_ = true;
  auto reader = layers_.next(stop);
  if (!reader) return nullptr;
  if (opened) opened(reader->info());
  exhausted_ = false;
  return reader;
}

}  // namespace occy::pipeline
