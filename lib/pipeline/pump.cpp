#include "pipeline/pump.hpp"

#include <memory>
#include <string_view>

#include "codec/decoder.hpp"
#include "io/hashed_source.hpp"
#include "occy/error.hpp"

namespace occy::pipeline {
namespace {

std::string bytes_text(std::uint64_t size) { return std::to_string(size) + " bytes"; }

[[noreturn]] void refuse(Errc code, const LayerInfo& layer, const char* what, std::string expected, std::string found) {
  throw Error(code, Side::input,
              {.subject = layer_name(layer), .what = what, .expected = std::move(expected), .found = std::move(found)});
}

void lend(const TakeBlock& tap, Block block) {
  if (tap) tap(block);
}

struct Drained {
  Digest digest;
  std::uint64_t size;
};

// `room`: what the source says that there is.
Drained drain(BlockSource& bytes, const LayerInfo& layer, std::optional<std::uint64_t> room,
              const std::stop_token& stop, const TakeBlock& tap, HashingHelp help) {
  HashingTap hashed(tap, help);
  std::uint64_t size = 0;
  while (true) {
    require_running(stop);
    const Block block = bytes.next();
    if (block.empty()) break;
    size += block.size();
    if (room && size > *room)
      refuse(Errc::size_mismatch, layer, "layer is longer than its size", bytes_text(*room), "more");
    hashed.push(block);
  }
  return {.digest = hashed.finish(), .size = size};
}

LayerRecord drain_plain(BlockSource& plain, const LayerInfo& layer, const std::stop_token& stop, const TakeBlock& tap,
                        HashingHelp help) {
  const Drained read = drain(plain, layer, layer.size, stop, tap, help);
  return {.diff_id = read.digest, .size = read.size};
}

void require_stored(const LayerInfo& claimed, const Descriptor& stored, const StoredBlob& found) {
  if (found.digest != stored.digest)
    refuse(Errc::digest_mismatch, claimed, "stored digest does not match", stored.digest.str(), found.digest.str());
  if (found.size != stored.size)
    refuse(Errc::size_mismatch, claimed, "stored size does not match", bytes_text(stored.size), bytes_text(found.size));
}

// A blob that is stored plain has one digest, not two: it is hashed once.
LayerFacts pump_plain(LayerReader& reader, const std::stop_token& stop, const Taps& taps, HashingHelp help) {
  const LayerInfo& layer = reader.info();
  const LayerRecord record = drain_plain(
      reader, layer, stop,
      [&](Block block) {
        lend(taps.plain, block);
        lend(taps.stored, block);
      },
      help);
  LayerFacts facts{.record = record};
  if (layer.stored || taps.stored)
    facts.stored = StoredBlob{.compression = Compression::none, .digest = record.diff_id, .size = record.size};
  return facts;
}

}  // namespace

LayerFacts pump(LayerReader& reader, const Limits& limits, const std::stop_token& stop, const Taps& taps,
                HashingHelp help) {
  const LayerInfo& layer = reader.info();
  if (layer.compression == Compression::none) return pump_plain(reader, stop, taps, help);
  if (!layer.stored && !taps.stored) {
    const auto plain = codec::make_decoder(reader, layer.compression, limits, layer_name(layer));
    return {.record = drain_plain(*plain, layer, stop, taps.plain, help)};
  }
  io::HashedSource stored(reader, taps.stored);
  const auto plain = codec::make_decoder(stored, layer.compression, limits, layer_name(layer));
  const LayerRecord record = drain_plain(*plain, layer, stop, taps.plain, help);
  return {.record = record, .stored = stored.finish(layer.compression)};
}

LayerFacts pump_blob(LayerReader& reader, const std::stop_token& stop, const TakeBlock& tap, HashingHelp help) {
  const LayerInfo& layer = reader.info();
  const Drained read = drain(reader, layer, layer.stored.value().size, stop, tap, help);
  return {.record = {.diff_id = layer.diff_id.value(), .size = layer.size.value_or(0)},
          .stored = StoredBlob{.compression = layer.compression, .digest = read.digest, .size = read.size}};
}

void require_claims(const LayerInfo& claimed, const LayerFacts& facts) {
  if (claimed.stored && facts.stored) require_stored(claimed, *claimed.stored, *facts.stored);
  if (claimed.size && *claimed.size != facts.record.size)
    refuse(Errc::size_mismatch, claimed, "size does not match", bytes_text(*claimed.size),
           bytes_text(facts.record.size));
  if (claimed.diff_id && *claimed.diff_id != facts.record.diff_id)
    refuse(Errc::digest_mismatch, claimed, "diff_id does not match", claimed.diff_id->str(),
           facts.record.diff_id.str());
}

std::string layer_name(const LayerInfo& layer) {
  if (!layer.name.empty()) return layer.name;
  if (layer.diff_id) return "layer " + layer.diff_id->str();
  if (layer.index) return "layer " + std::to_string(*layer.index);
  return "a layer without a name";
}

void require_running(const std::stop_token& stop) {
  if (stop.stop_requested()) throw Error(Errc::cancelled, Side::usage, {.subject = "", .what = "cancelled"});
}

}  // namespace occy::pipeline
