#include "codec/packed_piece.hpp"

namespace occy::codec {

std::vector<std::byte> gather(std::size_t plain_size, const std::function<std::size_t(std::span<std::byte>)>& fill) {
  std::vector<std::byte> bytes;
  std::size_t size = 0;
  while (size == bytes.size()) {  // what fills the room to its end may have more to come
    bytes.resize(size + plain_size / 2 + 4096);
    size += fill(std::span(bytes).subspan(size));
  }
  bytes.resize(size);
  return bytes;
}

PackedPiece pack_piece(Block plain) {
#ifdef OCCY_HAVE_ISAL
  return pack_piece_with_isal(plain);
#else
  return pack_piece_with_zlib(plain);
#endif
}

}  // namespace occy::codec
