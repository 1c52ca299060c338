#include <algorithm>
#include <vector>

#include "packed_bytes.hpp"
#include "support/catch.hpp"

using occy::Errc;
using occy::Error;
using occy::test::contains_text;
using occy::test::gzip;
using occy::test::sample;
using occy::test::unpack;

namespace {

using Make = std::unique_ptr<occy::codec::Unpacker> (*)();

/// Every inflater that was built in keeps to the same rules.
std::vector<Make> inflaters() {
#ifdef OCCY_HAVE_ISAL
  return {occy::codec::make_zlib_unpacker, occy::codec::make_isal_unpacker};
#else
  return {occy::codec::make_zlib_unpacker};
#endif
}

std::string gzip_refusal(Make make, const std::string& packed, std::size_t piece = 65'536) {
  try {
    return "(accepted) " + unpack(make(), packed, piece);
  } catch (const Error& error) {
    CHECK(error.code() == Errc::bad_archive);
    CHECK(error.detail().subject == "layer");
    return error.what();
  }
}

std::string changed(std::string text, std::size_t from_end) {
  text[text.size() - from_end] = static_cast<char>(text[text.size() - from_end] ^ 1);
  return text;
}

}  // namespace

TEST_CASE("gzip: what was packed comes back, however it is cut into blocks", "[codec]") {
  const std::string text = sample(700'000);
  const std::string packed = gzip(text);
  const std::size_t piece = GENERATE(1U, 7U, 4'096U, 10'000'000U);

  for (const Make make : inflaters()) CHECK((unpack(make(), packed, piece) == text));
}

TEST_CASE("gzip: nothing, packed, is nothing", "[codec]") {
  for (const Make make : inflaters()) CHECK(unpack(make(), gzip("")).empty());
}

TEST_CASE("gzip: members follow one another, empty ones too, also when a block ends between them", "[codec]") {
  const std::string packed = gzip(sample(1'000)) + gzip("") + gzip("end");

  for (const Make make : inflaters())
    for (std::size_t piece = 1; piece <= packed.size(); ++piece)
      REQUIRE((unpack(make(), packed, piece) == sample(1'000) + "end"));
}

TEST_CASE("gzip: a header with every optional field is read", "[codec]") {
  std::string packed = gzip("text");
  packed[3] = 0x1d;  // text, extra, name, comment
  packed.insert(10, std::string("\x03\0abcname\0comment\0", 18));

  for (const Make make : inflaters()) {
    CHECK(unpack(make(), packed) == "text");
    CHECK(unpack(make(), packed, 1) == "text");
  }
}

TEST_CASE("gzip: a wrong CRC and a wrong size are refused", "[codec]") {
  const std::string packed = gzip(sample(1'000));

  for (const Make make : inflaters()) {
    CHECK_THAT(gzip_refusal(make, changed(packed, 8)), contains_text("the gzip stream's CRC or size does not match"));
    CHECK_THAT(gzip_refusal(make, changed(packed, 4)), contains_text("the gzip stream's CRC or size does not match"));
    CHECK_THAT(gzip_refusal(make, changed(packed, 1), 1),
               contains_text("the gzip stream's CRC or size does not match"));
  }
}

TEST_CASE("gzip: a stream that was cut anywhere never looks like one that ended", "[codec]") {
  const std::string packed = gzip(sample(200));

  for (const Make make : inflaters())
    for (std::size_t size = 0; size < packed.size(); ++size)
      REQUIRE_THAT(gzip_refusal(make, packed.substr(0, size)), contains_text("the gzip stream is cut"));
}

TEST_CASE("gzip: bytes behind the stream are refused", "[codec]") {
  const std::string packed = gzip("text");

  for (const Make make : inflaters())
    for (const std::string& junk : {std::string("\0", 1), std::string("junk"), std::string(512, '\0'),
                                    std::string("\x1f\x8c\x08\0\0\0\0\0\0\0", 10)})
      for (const std::size_t piece : {std::size_t{1}, packed.size(), std::size_t{65'536}})
        CHECK_THAT(gzip_refusal(make, packed + junk, piece), contains_text("bytes follow the end of the gzip stream"));
}

TEST_CASE("gzip: what is no gzip stream is refused", "[codec]") {
  for (const Make make : inflaters()) {
    CHECK_THAT(gzip_refusal(make, std::string(1'000, 'x')), contains_text("not a gzip header"));
    CHECK_THAT(gzip_refusal(make, std::string("\x1f\x8b\x07\0\0\0\0\0\0\0", 10)), contains_text("not a gzip header"));
  }
}

TEST_CASE("gzip: a broken block is refused", "[codec]") {
  std::string packed = gzip(sample(1'000));
  packed[10] = 0x07;  // the last block, of the reserved type

  for (const Make make : inflaters())
    CHECK_THAT(gzip_refusal(make, packed), contains_text("the gzip stream is broken"));
}

TEST_CASE("gzip: a flipped bit anywhere is refused or changes nothing", "[codec]") {
  const std::string text = sample(300);
  const std::string packed = gzip(text);

  for (const Make make : inflaters())
    for (std::size_t bit = 0; bit < packed.size() * 8; ++bit) {
      std::string flipped = packed;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
      const std::string answer = gzip_refusal(make, flipped);
      if (answer.starts_with("(accepted)")) REQUIRE(answer == "(accepted) " + text);  // time stamp, system
    }
}
