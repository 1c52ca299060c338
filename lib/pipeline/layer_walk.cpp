#include "pipeline/layer_walk.hpp"

#include <cstdint>

#include "codec/decoder.hpp"
#include "pipeline/pump.hpp"

namespace occy::pipeline {
namespace {

// What a read costs beside its bytes: less than this is read rather than passed over.
constexpr std::uint64_t kWorthSkipping = std::uint64_t{16} * 1024;

}  // namespace

void walk_layer(LayerReader& reader, const Limits& limits, const std::stop_token& stop, EntryLook& look) {
  const LayerInfo& layer = reader.info();
  const auto plain = codec::make_decoder(reader, layer.compression, limits, layer_name(layer));
  tree::EntryStream entries(layer_name(layer), look, limits);
  while (!entries.ended()) {
    require_running(stop);
    const Block block = plain->next();
    if (block.empty()) break;
    entries.push(block);
    if (layer.compression == Compression::none && entries.ahead() >= kWorthSkipping && !look.wants_data())
      entries.pass(reader.skip(entries.ahead()));
  }
  entries.finish();
}

}  // namespace occy::pipeline
