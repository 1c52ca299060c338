#include "codec/gzip_encoder.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include "codec/packed_piece.hpp"
#include "packed_bytes.hpp"
#include "support/catch.hpp"

using occy::Block;
using occy::codec::kPieceSize;
using occy::codec::PackedPiece;
using occy::test::sample;
using occy::test::unpack;

namespace {

using Pack = PackedPiece (*)(Block);

std::vector<Pack> packers() {
#ifdef OCCY_HAVE_ISAL
  return {occy::codec::pack_piece_with_zlib, occy::codec::pack_piece_with_isal};
#else
  return {occy::codec::pack_piece_with_zlib};
#endif
}

Block view(std::string_view text) { return std::as_bytes(std::span(text)); }

std::string noise(std::size_t size) {
  std::mt19937 random(1);  // NOLINT: the same bytes every time
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>(random());
  return text;
}

std::string pack(std::string_view text) {
  occy::codec::PackingThreads threads(2);
  std::string packed;
  occy::codec::GzipEncoder encoder(
      threads, [&](Block block) { packed.append(reinterpret_cast<const char*>(block.data()), block.size()); });
  encoder.write(view(text));
  encoder.finish();
  return packed;
}

}  // namespace

TEST_CASE("gzip encoder: zlib takes what it makes for one member, and finds the CRC and the size right", "[codec]") {
  for (const std::size_t size : {std::size_t{0}, std::size_t{5}, kPieceSize, 2 * kPieceSize + 1}) {
    const std::string text = sample(size);
    CHECK((unpack(occy::codec::make_zlib_unpacker(), pack(text)) == text));
  }
}

TEST_CASE("gzip encoder: the header says neither time nor name nor system", "[codec]") {
  const std::string header("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);

  CHECK(pack("text").substr(0, 10) == header);
  CHECK(pack("").substr(0, 10) == header);
  CHECK(pack("").size() == 20);
}

TEST_CASE("gzip encoder: a piece depends on nothing before it", "[codec]") {
  const std::string text = sample(2 * kPieceSize);

  for (const Pack packer : packers()) {
    const PackedPiece first = packer(view(text).first(kPieceSize));
    const PackedPiece again = packer(view(text).subspan(kPieceSize));
    const PackedPiece once_more = packer(view(std::string(text)).first(kPieceSize));
    CHECK((first.bytes == once_more.bytes));
    CHECK(first.crc != again.crc);
    // A full flush ends with an empty stored block: whole bytes.
    CHECK((std::vector(first.bytes.end() - 4, first.bytes.end()) ==
           std::vector{std::byte{0}, std::byte{0}, std::byte{0xff}, std::byte{0xff}}));
  }
}

TEST_CASE("gzip encoder: what cannot be packed grows by little", "[codec]") {
  const std::string text = noise(kPieceSize);

  for (const Pack packer : packers()) {
    const std::size_t size = packer(view(text)).bytes.size();
    CHECK(size > kPieceSize);
    CHECK(size < kPieceSize + kPieceSize / 100);
  }
  CHECK((unpack(occy::codec::make_zlib_unpacker(), pack(text)) == text));
}

TEST_CASE("gzip encoder: text is packed about as well as by gzip -6", "[codec]") {
  std::string text;
  for (unsigned i = 0; text.size() < 3 * kPieceSize; ++i) text += "line " + std::to_string(i * i) + " of a log\n";

  CHECK(pack(text).size() * 100 <= occy::test::gzip(text).size() * 125);
}
