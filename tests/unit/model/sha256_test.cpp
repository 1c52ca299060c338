#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "model/sha256_state.hpp"
#include "support/catch.hpp"

namespace occy {
namespace {

using MakeState = std::unique_ptr<Sha256State> (*)();

std::vector<std::byte> sample(std::size_t size, unsigned seed) {
  std::minstd_rand random(seed);
  std::vector<std::byte> bytes(size);
  std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<std::byte>(random() >> 8U); });
  return bytes;
}

Digest portable(Block bytes) {
  const auto state = make_portable_sha256();
  state->update(bytes);
  return state->finish();
}

Digest in_parts(Sha256State& state, Block bytes, std::size_t part) {
  for (; !bytes.empty(); bytes = bytes.subspan(std::min(part, bytes.size())))
    state.update(bytes.first(std::min(part, bytes.size())));
  return state.finish();
}

// Nothing where this processor cannot; the other kind is tested everywhere.
std::vector<MakeState> kinds() {
  if (make_native_sha256()) return {make_portable_sha256, make_native_sha256};
  WARN("this processor has no SHA extensions: OpenSSL alone is tested");
  return {make_portable_sha256};
}

}  // namespace

TEST_CASE("sha256: the examples of FIPS 180-4", "[model]") {
  for (const MakeState make : kinds()) {
    const auto state = make();
    CHECK(state->finish().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    state->update(std::as_bytes(std::span(std::string_view("abc"))));
    CHECK(state->finish().hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    state->update(
        std::as_bytes(std::span(std::string_view("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))));
    CHECK(state->finish().hex() == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  }
}

TEST_CASE("sha256: every length around a block, in parts of every kind, as OpenSSL has it", "[model]") {
  for (const MakeState make : kinds()) {
    const auto state = make();
    for (std::size_t size = 0; size <= 260; ++size) {
      const auto bytes = sample(size, 7);
      const Digest expected = portable(bytes);
      for (const std::size_t part : {1U, 13U, 63U, 64U, 65U, 128U, 300U})
        if (in_parts(*state, bytes, part) != expected) FAIL("size " << size << ", parts of " << part);
    }
  }
  SUCCEED();
}

TEST_CASE("sha256: two side by side are each what it is alone", "[model]") {
  std::minstd_rand random(11);
  const auto first_bytes = sample(70'000, 1);
  const auto second_bytes = sample(70'000, 2);
  for (const MakeState make : kinds()) {
    const auto first = make();
    const auto second = make();
    for (int round = 0; round < 300; ++round) {
      std::size_t done = 0;
      std::size_t other_done = 0;
      for (int step = 0; step < 4; ++step) {
        const std::size_t size = random() % 2 == 0 ? random() % 200 : 64 * (random() % 64);
        const std::size_t other_size = random() % 3 == 0 ? size : random() % 9'000;
        first->update_both(Block(first_bytes).subspan(done, size), *second,
                           Block(second_bytes).subspan(other_done, other_size));
        done += size;
        other_done += other_size;
      }
      REQUIRE(first->finish() == portable(Block(first_bytes).first(done)));
      REQUIRE(second->finish() == portable(Block(second_bytes).first(other_done)));
    }
  }
}

TEST_CASE("sha256: the public pair", "[model]") {
  const auto bytes = sample(1'000, 3);
  const auto others = sample(5'000, 4);
  Sha256 first;
  Sha256 second;
  second.update(Block(others).first(10));
  update_both(first, bytes, second, Block(others).subspan(10));
  CHECK(first.finish() == sha256(Block(bytes)));
  CHECK(second.finish() == sha256(Block(others)));
}

}  // namespace occy
