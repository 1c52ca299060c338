#include "model/packing.hpp"

namespace occy {
namespace {

unsigned at(Block bytes, std::size_t i) noexcept { return std::to_integer<unsigned>(bytes[i]); }

// RFC 1952, 2.3.1: the two magic bytes, and deflate, the only method there is.
bool is_gzip(Block bytes) noexcept {
  return bytes.size() >= 3 && at(bytes, 0) == 0x1f && at(bytes, 1) == 0x8b && at(bytes, 2) == 0x08;
}

// RFC 8878, 3.1: little-endian FD2FB528 begins a frame, 184D2A50 to 184D2A5F a skippable one.
bool is_zstd(Block bytes) noexcept {
  if (bytes.size() < 4) return false;
  const unsigned magic = at(bytes, 0) | at(bytes, 1) << 8U | at(bytes, 2) << 16U | at(bytes, 3) << 24U;
  return magic == 0xfd2fb528U || (magic & 0xfffffff0U) == 0x184d2a50U;
}

}  // namespace

Compression detect_compression(Block first_bytes) noexcept {
  if (is_gzip(first_bytes)) return Compression::gzip;
  if (is_zstd(first_bytes)) return Compression::zstd;
  return Compression::none;
}

}  // namespace occy
