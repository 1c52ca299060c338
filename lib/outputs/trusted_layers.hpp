// outputs/trusted_layers.hpp: layers of the image that a store has already. They are used only after they were read.
#pragma once

#include <functional>
#include <stop_token>
#include <string>

#include "occy/image.hpp"
#include "occy/limits.hpp"
#include "outputs/layer_ledger.hpp"
#include "outputs/store.hpp"

namespace occy::outputs {

/// The file in which a store keeps a layer, of which at least the diff_id is known; empty when more would have to be.
using LayerFileName = std::function<std::string(const LayerRecord& layer)>;

/// What the source claims of a layer, in the shape of a proof; `stored` is missing where the source does not know it.
[[nodiscard]] LayerRecord claimed_record(const LayerInfo& layer);

/// Reads each file that `store` has under the name of one of the image's layers, `jobs` at once, and adds those whose
/// bytes are the layer's to `ledger`. What is there and wrong is written anew, like what is not there. Throws Error:
/// Errc::cancelled after a stop request, and what the system says when it cannot look.
void trust_layers(Store& store, const ImageDescription& image, const LayerFileName& name_of, LayerLedger& ledger,
                  unsigned jobs, const Limits& limits, const std::stop_token& stop);

}  // namespace occy::outputs
