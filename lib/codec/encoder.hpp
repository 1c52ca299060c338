// codec/encoder.hpp: packs a stream as gzip or zstd, on several processors, in bounded memory.
#pragma once

#include <functional>
#include <memory>

#include "codec/packing_threads.hpp"
#include "occy/digest.hpp"
#include "occy/layer.hpp"

namespace occy::codec {

/// Takes plain bytes, gives packed ones. Used by one thread. Destroyed before finish(): what is left is not given.
class Encoder {
 public:
  virtual ~Encoder() = default;

  virtual void write(Block plain) = 0;

  /// Gives the rest. Called once, after the last write().
  virtual void finish() = 0;
};

/// Is lent packed bytes, in order, by the thread that calls write() or finish(). What it throws, they throw; the
/// encoder is of no use then.
using TakePacked = std::function<void(Block packed)>;

/// The same bytes for any number of threads, and on every run of one version of occy and its codec libraries.
/// gzip: one member, made of pieces of 384 KiB that are packed independently, by `threads` (borrowed; outlives the
/// encoder) and, where they are busy for other encoders, by the caller; no time and no name in its header.
/// zstd: one frame, level 3, with a checksum, packed by the caller. none: lends on what it gets.
/// Memory: about 3 MiB, and what the threads hold.
[[nodiscard]] std::unique_ptr<Encoder> make_encoder(Compression compression, PackingThreads& threads, TakePacked take);

}  // namespace occy::codec
