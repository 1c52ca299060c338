#include "codec/size_hint.hpp"

#include <span>

#include "packed_bytes.hpp"
#include "support/catch.hpp"
#include "support/image_builder.hpp"

using namespace occy;
using namespace occy::codec;
using namespace occy::test;

namespace {

constexpr std::uint64_t kGiB = std::uint64_t{1} << 30U;

std::optional<std::uint64_t> hint_of(const std::string& packed) {
  return size_hint(std::as_bytes(std::span(packed)).last(kSizeHintBytes), packed.size());
}

}  // namespace

TEST_CASE("size hint: gzip says at its end what it unpacks to", "[codec]") {
  const auto layer =
      GENERATE(std::string(), std::string(1, 'x'), std::string(1'000'000, '\0'), random_layer(1, 300'000));
  CHECK(hint_of(gzip(layer)) == layer.size());
}

TEST_CASE("size hint: a layer that ends with a small member says nothing", "[codec]") {
  CHECK_FALSE(hint_of(gzip(random_layer(1, 300'000)) + gzip("")).has_value());
  CHECK_FALSE(hint_of(gzip(random_layer(1, 300'000)) + gzip(random_layer(2, 100'000))).has_value());
}

TEST_CASE("size hint: what a few bytes cannot become is no hint", "[codec]") {
  std::string packed = gzip("x");
  packed.back() = '\x7f';
  CHECK_FALSE(hint_of(packed).has_value());
}

TEST_CASE("size hint: only where the last bytes say something", "[codec]") {
  CHECK(has_size_hint(Compression::gzip, 4));
  CHECK(has_size_hint(Compression::gzip, kGiB));
  CHECK_FALSE(has_size_hint(Compression::gzip, 3));
  CHECK_FALSE(has_size_hint(Compression::gzip, kGiB + 1));
  CHECK_FALSE(has_size_hint(Compression::zstd, 1000));
  CHECK_FALSE(has_size_hint(Compression::none, 1000));
  CHECK_FALSE(size_hint({}, 1000).has_value());
}
