// pipeline/pump.hpp: the only loop that moves the bytes of a layer. It unpacks, hashes, holds against claims, and looks
// for a stop request; inputs and outputs do none of that.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>

#include "occy/layer.hpp"
#include "occy/limits.hpp"
#include "pipeline/hashing_tap.hpp"

namespace occy::pipeline {

/// What the bytes of a layer were, unpacked and as they are stored.
struct LayerFacts {
  LayerRecord record;

  /// Set when the source named the stored blob, or a tap of the stored bytes was given.
  std::optional<StoredBlob> stored = {};
};

/// Who is lent the bytes on their way; empty ones are not called. A layer that is stored plain gives both the same.
struct Taps {
  TakeBlock plain = {};   ///< uncompressed
  TakeBlock stored = {};  ///< as the source has them
};

/// Reads a layer to its end. Throws what the reader, the decoder and the taps throw; Errc::cancelled after a stop
/// request; Errc::size_mismatch before the plain tap would see more bytes than the layer claims to have.
/// `help` is for the hash of the uncompressed bytes.
[[nodiscard]] LayerFacts pump(LayerReader& reader, const Limits& limits, const std::stop_token& stop, const Taps& taps,
                              HashingHelp help = {});

/// Reads a packed layer to its end without unpacking it: its diff_id is what the source claims, and must be claimed, as
/// its blob must. Throws what the reader and the tap throw; Errc::cancelled after a stop request; Errc::size_mismatch
/// before the tap would see more bytes than the blob claims to have.
[[nodiscard]] LayerFacts pump_blob(LayerReader& reader, const std::stop_token& stop, const TakeBlock& tap,
                                   HashingHelp help = {});

/// Holds the facts against what was claimed. Throws Error (side: input): Errc::digest_mismatch or Errc::size_mismatch
/// with the layer, expected and found.
void require_claims(const LayerInfo& claimed, const LayerFacts& facts);

/// What messages call a layer: the source's name for it, else its digest, else its place.
[[nodiscard]] std::string layer_name(const LayerInfo& layer);

/// Throws Errc::cancelled after a stop request.
void require_running(const std::stop_token& stop);

}  // namespace occy::pipeline
