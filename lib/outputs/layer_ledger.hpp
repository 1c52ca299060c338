// outputs/layer_ledger.hpp: which layers of one image an output has, is given at the moment, or trusts to be there.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "occy/config.hpp"
#include "occy/layer.hpp"

namespace occy::outputs {

/// Safe for several threads at once.
class LayerLedger {
 public:
  /// False when the layer is there, or on its way.
  [[nodiscard]] bool wants(const LayerInfo& layer) const;

  /// A sink was given out, or was destroyed without commit.
  void open(const LayerInfo& layer);
  void drop(const LayerInfo& layer);

  /// The layer is there. False when it was before: the first one counts.
  bool add(const LayerInfo& layer, const LayerRecord& record);

  /// What is there of this diff_id.
  [[nodiscard]] std::optional<LayerRecord> find(const Digest& diff_id) const;

  /// The config's layers in its order. Throws Error (side: output), Errc::not_found, about `destination` when one is
  /// not there.
  [[nodiscard]] std::vector<LayerRecord> layers_of(const ImageConfig& config, const std::string& destination) const;

 private:
  mutable std::mutex mutex_;
  std::map<Digest, LayerRecord> there_;
  std::multiset<Digest> open_;
};

}  // namespace occy::outputs
