#include "outputs/layer_ledger.hpp"

#include "occy/error.hpp"

namespace occy::outputs {

bool LayerLedger::wants(const LayerInfo& layer) const {
  const std::scoped_lock lock(mutex_);
  return !layer.diff_id || (!there_.contains(*layer.diff_id) && !open_.contains(*layer.diff_id));
}

void LayerLedger::open(const LayerInfo& layer) {
  const std::scoped_lock lock(mutex_);
  if (layer.diff_id) open_.insert(*layer.diff_id);
}

void LayerLedger::drop(const LayerInfo& layer) {
  const std::scoped_lock lock(mutex_);
  if (!layer.diff_id) return;
  if (const auto found = open_.find(*layer.diff_id); found != open_.end()) open_.erase(found);
}

bool LayerLedger::add(const LayerInfo& layer, const LayerRecord& record) {
  drop(layer);
  const std::scoped_lock lock(mutex_);
  return there_.emplace(record.diff_id, record).second;
}

std::optional<LayerRecord> LayerLedger::find(const Digest& diff_id) const {
  const std::scoped_lock lock(mutex_);
  const auto found = there_.find(diff_id);
  return found == there_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<LayerRecord> LayerLedger::layers_of(const ImageConfig& config, const std::string& destination) const {
  const std::scoped_lock lock(mutex_);
  std::vector<LayerRecord> layers;
  for (const Digest& diff_id : config.diff_ids()) {
    const auto found = there_.find(diff_id);
    if (found == there_.end())
      throw Error(Errc::not_found, Side::output,
                  {.subject = destination, .what = "layer was not written", .expected = diff_id.str()});
    layers.push_back(found->second);
  }
  return layers;
}

}  // namespace occy::outputs
