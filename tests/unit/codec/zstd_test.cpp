#include "packed_bytes.hpp"
#include "support/catch.hpp"

using occy::Errc;
using occy::Error;
using occy::Limits;
using occy::codec::make_zstd_unpacker;
using occy::test::contains_text;
using occy::test::sample;
using occy::test::unpack;
using occy::test::zstd;

namespace {

std::string zstd_refusal(const std::string& packed, std::size_t piece = 65'536) {
  try {
    return "(accepted) " + unpack(make_zstd_unpacker(Limits{}), packed, piece);
  } catch (const Error& error) {
    CHECK(error.code() == Errc::bad_archive);
    return error.what();
  }
}

}  // namespace

TEST_CASE("zstd: what was packed comes back, however it is cut into blocks", "[codec]") {
  const std::string text = sample(700'000);
  const std::size_t piece = GENERATE(1U, 7U, 4'096U, 10'000'000U);

  CHECK((unpack(make_zstd_unpacker(Limits{}), zstd(text), piece) == text));
}

TEST_CASE("zstd: frames follow one another, empty and skippable ones too", "[codec]") {
  const std::string skippable("\x50\x2a\x4d\x18\x03\0\0\0xyz", 11);
  const std::string packed = skippable + zstd(sample(1'000)) + zstd("") + skippable + zstd("end");

  for (std::size_t piece = 1; piece <= packed.size(); ++piece)
    REQUIRE((unpack(make_zstd_unpacker(Limits{}), packed, piece) == sample(1'000) + "end"));
}

TEST_CASE("zstd: a wrong checksum is refused", "[codec]") {
  std::string packed = zstd(sample(1'000));
  packed.back() = static_cast<char>(packed.back() ^ 1);

  CHECK_THAT(zstd_refusal(packed), contains_text("the zstd stream's checksum does not match"));
}

TEST_CASE("zstd: a stream that was cut anywhere never looks like one that ended", "[codec]") {
  const std::string packed = zstd(sample(200));

  for (std::size_t size = 0; size < packed.size(); ++size)
    REQUIRE_THAT(zstd_refusal(packed.substr(0, size)), contains_text("the zstd stream is cut"));
}

TEST_CASE("zstd: bytes behind the stream are refused", "[codec]") {
  const std::string packed = zstd("text");

  CHECK_THAT(zstd_refusal(packed + "junk"), contains_text("bytes follow the end of the zstd stream"));
  CHECK_THAT(zstd_refusal(packed + "junk", packed.size()), contains_text("bytes follow the end of the zstd stream"));
  CHECK_THAT(zstd_refusal(packed + "j"), !contains_text("(accepted)"));
}

TEST_CASE("zstd: what is no zstd stream is refused", "[codec]") {
  CHECK_THAT(zstd_refusal(std::string(1'000, 'x')), contains_text("not a zstd frame"));
}

TEST_CASE("zstd: a window over the cap is a limit, one of its size is not", "[codec]") {
  const std::string packed = occy::test::zstd_with_window(sample(1'000), 20);
  Limits limits;

  limits.zstd_window_bytes = std::uint64_t{1} << 20U;
  CHECK((unpack(make_zstd_unpacker(limits), packed) == sample(1'000)));

  limits.zstd_window_bytes = (std::uint64_t{1} << 20U) - 1;
  try {
    static_cast<void>(unpack(make_zstd_unpacker(limits), packed));
    FAIL("no exception");
  } catch (const Error& error) {
    CHECK(error.code() == Errc::limit);
    CHECK(error.detail().expected == "at most 1048575 bytes");
  }
}
