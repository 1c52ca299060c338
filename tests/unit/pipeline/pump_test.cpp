#include "pipeline/pump.hpp"

#include <optional>
#include <string>

#include "occy/error.hpp"
#include "support/catch.hpp"
#include "support/image_builder.hpp"
#include "support/memory_input.hpp"
#include "support/packed.hpp"

namespace occy::pipeline {
namespace {

class TextReader final : public LayerReader {
 public:
  TextReader(std::string bytes, LayerInfo info) : bytes_(std::move(bytes)), info_(std::move(info)) {}
  const LayerInfo& info() const noexcept override { return info_; }
  Block next() override {
    const Block rest = std::as_bytes(std::span(bytes_)).subspan(done_);
    const Block block = rest.first(std::min<std::size_t>(rest.size(), 1000));
    done_ += block.size();
    return block;
  }

 private:
  std::string bytes_;
  LayerInfo info_;
  std::size_t done_ = 0;
};

TakeBlock appending_to(std::string& text) {
  return [&text](Block block) { text.append(reinterpret_cast<const char*>(block.data()), block.size()); };
}

// Pumps and holds against the claims; what arrived is appended to `arrived`.
LayerFacts prove(const std::string& bytes, const LayerInfo& info, std::string& arrived) {
  TextReader reader(bytes, info);
  const LayerFacts facts = pump(reader, {}, {}, {.plain = appending_to(arrived)});
  require_claims(info, facts);
  return facts;
}

std::optional<Error> failure(const std::string& bytes, const LayerInfo& info, std::string& arrived) {
  try {
    (void)prove(bytes, info, arrived);
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

Descriptor descriptor_of(const std::string& bytes) {
  return {.media_type = {}, .digest = sha256(bytes), .size = bytes.size()};
}

}  // namespace

TEST_CASE("pump: a tap of the stored form is lent the bytes as they come", "[pipeline]") {
  const auto compression = GENERATE(Compression::none, Compression::gzip, Compression::zstd);
  const std::string layer = test::random_layer(1, 300'000);
  const std::string packed = test::pack(layer, compression);
  std::string plain;
  std::string stored;

  TextReader reader(packed, {.compression = compression});
  const LayerFacts facts = pump(reader, {}, {}, {.plain = appending_to(plain), .stored = appending_to(stored)});

  CHECK((plain == layer));
  CHECK((stored == packed));
  CHECK(facts.record == LayerRecord{.diff_id = sha256(layer), .size = layer.size()});
  CHECK(facts.stored == StoredBlob{.compression = compression, .digest = sha256(packed), .size = packed.size()});
}

TEST_CASE("pump: what was stored and what is in it are both proved", "[pipeline]") {
  const auto compression = GENERATE(Compression::none, Compression::gzip, Compression::zstd);
  const std::string layer = test::random_layer(1, 100'000);
  const std::string packed = test::pack(layer, compression);
  std::string arrived;

  LayerInfo info{.diff_id = sha256(layer), .stored = descriptor_of(packed), .compression = compression};
  const LayerFacts facts = prove(packed, info, arrived);

  CHECK(arrived == layer);
  CHECK(facts.record == LayerRecord{.diff_id = sha256(layer), .size = layer.size()});
  REQUIRE(facts.stored);
  CHECK(*facts.stored == StoredBlob{.compression = compression, .digest = sha256(packed), .size = packed.size()});
}

TEST_CASE("pump: each claim that does not hold is refused by its own name", "[pipeline]") {
  const std::string layer = test::random_layer(1, 5'000);
  const std::string packed = test::pack(layer, Compression::gzip);
  const Digest other = sha256("other");
  LayerInfo info{.compression = Compression::gzip, .name = "a.tar: layer"};
  std::string words;

  SECTION("diff_id") {
    info.diff_id = other;
    words = "diff_id does not match: expected " + other.str() + ", found " + sha256(layer).str();
  }
  SECTION("size") {
    info.size = layer.size() + 1;
    words = "size does not match: expected " + std::to_string(layer.size() + 1) + " bytes, found";
  }
  SECTION("stored digest") {
    info.stored = Descriptor{.media_type = {}, .digest = other, .size = packed.size()};
    words = "stored digest does not match: expected " + other.str() + ", found " + sha256(packed).str();
  }
  SECTION("stored size") {
    info.stored = Descriptor{.media_type = {}, .digest = sha256(packed), .size = 7};
    words = "stored size does not match: expected 7 bytes, found " + std::to_string(packed.size()) + " bytes";
  }
  std::string arrived;
  const auto error = failure(packed, info, arrived);

  REQUIRE(error);
  CHECK(std::string(error->what()).find("input: a.tar: layer: " + words) != std::string::npos);
}

TEST_CASE("pump: bytes beyond the claimed size never reach the sink", "[pipeline]") {
  const std::string layer = test::random_layer(1, 50'000);
  LayerInfo info{.size = 2'500};
  std::string arrived;

  const auto error = failure(layer, info, arrived);

  REQUIRE(error);
  CHECK(error->code() == Errc::size_mismatch);
  CHECK(arrived.size() <= 2'500);
}

TEST_CASE("pump: a layer that unpacks past the limit is refused", "[pipeline]") {
  TextReader reader(test::pack(std::string(1'000'000, '\0'), Compression::gzip),
                    {.compression = Compression::gzip, .name = "bomb"});

  try {
    (void)pump(reader, {.expanded_layer_bytes = 100'000}, {}, {});
    FAIL("it did not throw");
  } catch (const Error& error) {
    CHECK(error.code() == Errc::limit);
    CHECK(error.detail().subject == "bomb");
  }
}

TEST_CASE("pump: a layer is called by the best name there is", "[pipeline]") {
  CHECK(layer_name({.index = 3, .diff_id = sha256("x"), .name = "a.tar: b"}) == "a.tar: b");
  CHECK(layer_name({.index = 3, .diff_id = sha256("x")}) == "layer " + sha256("x").str());
  CHECK(layer_name({.index = 3}) == "layer 3");
}

}  // namespace occy::pipeline
