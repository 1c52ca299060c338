// codec/encoder.hpp: packs a stream as gzip or zstd, on several processors, in bounded memory.
#pragma once

#include <functional>
#include <memory>

#include "occy/digest.hpp"
#include "occy/layer.hpp"

namespace occy::codec {

/// Takes plain bytes, gives packed ones. Used by one thread.
class Encoder {
 public:
  virtual ~Encoder() = default;

  virtual void write(Block plain) = 0;

  /// Gives the rest. Called once, after the last write().
  virtual void finish() = 0;
};

/// Is lent packed bytes, in order, by the thread that calls write() or finish().
using TakePacked = std::function<void(Block packed)>;

/// The same bytes for any number of threads, and on every run of one version of occy and its codec libraries.
/// gzip: one member, made of blocks of 1 MiB that are packed independently; no time and no name in its header.
/// zstd: one frame, level 3, with a checksum. none: lends on what it gets. `jobs`: threads, at least 1; with 1, none is
/// started. Memory: about 3 MiB a job.
[[nodiscard]] std::unique_ptr<Encoder> make_encoder(Compression compression, unsigned jobs, TakePacked take);

}  // namespace occy::codec
