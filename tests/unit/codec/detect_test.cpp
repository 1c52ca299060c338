#include "model/packing.hpp"

#include "packed_bytes.hpp"
#include "support/catch.hpp"

using occy::Compression;

namespace {

Compression detect(std::string_view text) { return occy::detect_compression(std::as_bytes(std::span(text))); }

}  // namespace

TEST_CASE("detect: the magic bytes tell, and nothing else", "[codec]") {
  CHECK(detect(occy::test::gzip("x")) == Compression::gzip);
  CHECK(detect(occy::test::zstd("x")) == Compression::zstd);
  CHECK(detect("\x50\x2a\x4d\x18") == Compression::zstd);
  CHECK(detect("\x5f\x2a\x4d\x18") == Compression::zstd);
  CHECK(detect("\x60\x2a\x4d\x18") == Compression::none);
  CHECK(detect("\x1f\x8b\x07") == Compression::none);  // not deflate
  CHECK(detect("layer.tar.gz") == Compression::none);
}

TEST_CASE("detect: too few bytes are no compression", "[codec]") {
  CHECK(detect("") == Compression::none);
  CHECK(detect("\x1f\x8b") == Compression::none);
  CHECK(detect("\x28\xb5\x2f") == Compression::none);
}
