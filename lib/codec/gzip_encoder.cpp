#include "codec/gzip_encoder.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <utility>

namespace occy::codec {
namespace {

// No flags, no time; 255: which system made it is not said, so that it is the same on all.
constexpr std::array<unsigned char, 10> kHeader = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff};

// A last block of the fixed codes with nothing in it: RFC 1951, 3.2.6.
constexpr std::array<unsigned char, 2> kLastBlock = {0x03, 0x00};

std::array<unsigned char, 8> trailer(std::uint32_t crc, std::uint64_t size) {
  std::array<unsigned char, 8> bytes{};
  for (unsigned i = 0; i < 4; ++i) {
    bytes.at(i) = static_cast<unsigned char>(crc >> (8 * i));
    bytes.at(i + 4) = static_cast<unsigned char>(size >> (8 * i));
  }
  return bytes;
}

}  // namespace

GzipEncoder::GzipEncoder(PackingThreads& threads, TakePacked take) : threads_(threads), take_(std::move(take)) {}

void GzipEncoder::write(Block plain) {
  while (!plain.empty()) {
    if (plain_.capacity() < kPieceSize) plain_.reserve(kPieceSize);
    const Block part = plain.first(std::min(plain.size(), kPieceSize - plain_.size()));
    plain_.insert(plain_.end(), part.begin(), part.end());
    plain = plain.subspan(part.size());
    if (plain_.size() == kPieceSize) pack();
  }
}

void GzipEncoder::finish() {
  if (!plain_.empty()) pack();
  while (!pending_.empty()) give_oldest();
  if (size_ == 0) take_(std::as_bytes(std::span(kHeader)));
  take_(std::as_bytes(std::span(kLastBlock)));
  const auto end = trailer(crc_, size_);
  take_(std::as_bytes(std::span(end)));
}

// Where all places are taken, waiting for one's own oldest piece frees one; without any, another encoder has them, and
// may keep them for long: then the work is done here.
void GzipEncoder::pack() {
  auto begun = threads_.try_pack(plain_);
  while (!begun && !pending_.empty()) {
    give_oldest();
    begun = threads_.try_pack(plain_);
  }
  if (begun) return pending_.push_back(*std::move(begun));
  give(pack_piece(plain_));
  plain_.clear();
}

void GzipEncoder::give_oldest() {
  const PackingThreads::Held oldest = pending_.front().get();
  pending_.pop_front();
  give(oldest.piece);
}

void GzipEncoder::give(const PackedPiece& piece) {
  if (size_ == 0) take_(std::as_bytes(std::span(kHeader)));
  crc_ = static_cast<std::uint32_t>(crc32_combine(crc_, piece.crc, static_cast<z_off_t>(piece.plain_size)));
  size_ += piece.plain_size;
  take_(piece.bytes);
}

}  // namespace occy::codec
