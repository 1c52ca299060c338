// pipeline/layer_walk.hpp: looks at the entries of a layer, and passes over what nobody wants to see.
#pragma once

#include <stop_token>

#include "occy/layer.hpp"
#include "occy/limits.hpp"
#include "tree/entry_stream.hpp"

namespace occy::pipeline {

/// Who looks.
class EntryLook : public tree::EntryTaker {
 public:
  /// Asked after begin_entry(). When not, take_data() may be called for a part of the data, or not at all.
  [[nodiscard]] virtual bool wants_data() const noexcept = 0;
};

/// Shows `look` every entry of a layer. Bytes behind the end-of-archive marker are not read, nothing is hashed, and
/// where the source can do it, data that is not wanted is not read either. Throws Error (side: input) for a layer that
/// is no whole tar archive, Errc::cancelled after a stop request, and what the source and `look` throw.
void walk_layer(LayerReader& reader, const Limits& limits, const std::stop_token& stop, EntryLook& look);

}  // namespace occy::pipeline
