#include "codec/decoder.hpp"

#include "io/file.hpp"
#include "packed_bytes.hpp"
#include "support/catch.hpp"

using occy::Compression;
using occy::Errc;
using occy::Error;
using occy::Limits;
using occy::codec::make_decoder;
using occy::test::drain;
using occy::test::gzip;
using occy::test::PieceSource;
using occy::test::sample;
using occy::test::zstd;

namespace {

std::string decode(const std::string& packed, Compression compression, const Limits& limits = {}) {
  PieceSource source(packed, 4'096);
  return drain(*make_decoder(source, compression, limits, "image.tar: layer"));
}

}  // namespace

TEST_CASE("decoder: every compression gives the plain bytes", "[codec]") {
  const std::string text = sample(100'000);

  CHECK((decode(gzip(text), Compression::gzip) == text));
  CHECK((decode(zstd(text), Compression::zstd) == text));
  CHECK((decode(text, Compression::none) == text));
}

TEST_CASE("decoder: the limit on expansion is exact, and names the layer", "[codec]") {
  Limits limits;
  limits.expanded_layer_bytes = 300'000;
  const auto [compression, pack] = GENERATE(
      table<Compression, std::string (*)(std::string_view)>({{Compression::gzip, gzip}, {Compression::zstd, zstd}}));

  CHECK(decode(pack(std::string(300'000, 'x')), compression, limits).size() == 300'000);
  try {
    static_cast<void>(decode(pack(std::string(300'001, 'x')), compression, limits));
    FAIL("no exception");
  } catch (const Error& error) {
    CHECK(error.code() == Errc::limit);
    CHECK(std::string(error.what()) ==
          "input: image.tar: layer: the compressed layer expands too far: expected at most 300000 bytes, found more");
  }
}

TEST_CASE("decoder: plain bytes have no limit of their own", "[codec]") {
  Limits limits;
  limits.expanded_layer_bytes = 1;

  CHECK(decode("text", Compression::none, limits) == "text");
}

TEST_CASE("decoder: blocks are full but for the last, and the end stays the end", "[codec]") {
  PieceSource source(gzip(std::string(occy::io::kBlockSize + 5, 'x')), 100);
  const auto decoder = make_decoder(source, Compression::gzip, Limits{}, "layer");

  CHECK(decoder->next().size() == occy::io::kBlockSize);
  CHECK(decoder->next().size() == 5);
  CHECK(decoder->next().empty());
  CHECK(decoder->next().empty());
}

TEST_CASE("decoder: a failure of the source passes through", "[codec]") {
  class Failing final : public occy::BlockSource {
   public:
    occy::Block next() override { throw Error(Errc::io, occy::Side::input, {"disk", "cannot read"}); }
  } source;
  const auto decoder = make_decoder(source, Compression::gzip, Limits{}, "layer");

  CHECK_THROWS_WITH(decoder->next(), "input: disk: cannot read");
}
