// codec/gzip_encoder.hpp: one gzip member, made of pieces.
#pragma once

#include <cstdint>
#include <deque>
#include <future>
#include <vector>

#include "codec/encoder.hpp"

namespace occy::codec {

/// RFC 1952. The pieces are given in order, whoever is ready first; an empty last deflate block and the trailer close
/// the member.
class GzipEncoder final : public Encoder {
 public:
  GzipEncoder(PackingThreads& threads, TakePacked take);

  void write(Block plain) override;
  void finish() override;

 private:
  void pack();
  void give_oldest();
  void give(const PackedPiece& piece);

  PackingThreads& threads_;
  TakePacked take_;
  std::vector<std::byte> plain_;
  std::deque<std::future<PackingThreads::Held>> pending_;
  std::uint32_t crc_ = 0;
  std::uint64_t size_ = 0;
};

}  // namespace occy::codec
