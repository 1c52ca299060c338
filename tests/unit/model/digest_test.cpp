#include "occy/digest.hpp"

#include <unordered_set>
#include <vector>

#include "support/catch.hpp"

using occy::Digest;
using occy::Sha256;

namespace {

// FIPS 180-2, appendix B.
constexpr std::string_view kOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::string_view kOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

occy::Block bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

}  // namespace

TEST_CASE("sha256: the published vectors", "[model]") {
  CHECK(occy::sha256("").hex() == kOfNothing);
  CHECK(occy::sha256("abc").hex() == kOfAbc);
}

TEST_CASE("sha256: pieces give the digest of the whole, and the object can be used again", "[model]") {
  Sha256 hash;
  hash.update(bytes("a"));
  hash.update({});
  hash.update(bytes("bc"));

  CHECK(hash.finish().hex() == kOfAbc);
  CHECK(hash.finish().hex() == kOfNothing);
}

TEST_CASE("sha256: a moved object goes on where the other was", "[model]") {
  Sha256 hash;
  hash.update(bytes("a"));
  Sha256 moved = std::move(hash);
  moved.update(bytes("bc"));

  CHECK(moved.finish().hex() == kOfAbc);
}

TEST_CASE("digest: text is read back to the same text", "[model]") {
  const std::string text = "sha256:" + std::string(kOfAbc);
  const auto digest = Digest::parse(text);

  REQUIRE(digest.has_value());
  CHECK(digest->str() == text);
  CHECK(digest->short_hex() == "ba7816bf8f01");
  CHECK(*digest == *Digest::parse_hex(kOfAbc));
  CHECK(std::unordered_set<Digest>{*digest, *digest}.size() == 1);
}

TEST_CASE("digest: everything but sha256 and 64 lower-case digits is refused", "[model]") {
  const std::string hex(kOfAbc);
  const std::vector<std::string> wrong = {
      "",
      hex,
      "sha256:",
      "SHA256:" + hex,
      "sha512:" + hex,
      "sha256:" + hex + "0",
      "sha256:" + hex.substr(1),
      "sha256: " + hex.substr(1),
      "sha256:../" + hex.substr(3),
      "sha256:" + std::string(64, 'A'),
      "sha256:" + hex.substr(1) + '\0',
  };
  for (const std::string& text : wrong) CHECK_FALSE(Digest::parse(text).has_value());
}

TEST_CASE("digest: the position of a wrong digit is its place in the text", "[model]") {
  const auto digest = Digest::parse("sha256:00x" + std::string(61, '0'));

  REQUIRE_FALSE(digest.has_value());
  CHECK(digest.error().position == 9);
}
