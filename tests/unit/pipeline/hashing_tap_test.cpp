#include "pipeline/hashing_tap.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include "io/file.hpp"
#include "support/catch.hpp"
#include "support/image_builder.hpp"

namespace occy::pipeline {
namespace {

Block bytes(const std::string& text) { return std::as_bytes(std::span(text)); }

struct Lent {
  std::string text;
  std::vector<std::size_t> sizes;
};

TakeBlock keep_in(Lent& lent) {
  return [&lent](Block block) {
    lent.text.append(reinterpret_cast<const char*>(block.data()), block.size());
    lent.sizes.push_back(block.size());
  };
}

Digest push_in_parts(HashingTap& tap, const std::string& text, std::size_t part) {
  for (std::size_t done = 0; done < text.size(); done += part) {
    std::string scratch = text.substr(done, part);
    tap.push(bytes(scratch));
    scratch.assign(scratch.size(), '?');  // as a reader does that fills its buffer again
  }
  return tap.finish();
}

}  // namespace

TEST_CASE("hashing tap: lends and hashes every byte in order, wherever it hashes", "[pipeline]") {
  SpareProcessors spares(GENERATE(0, 1));
  const auto size = GENERATE(std::size_t{0}, std::size_t{1}, io::kBlockSize, 9 * io::kBlockSize + 1);
  const auto part = GENERATE(std::size_t{32'768}, std::size_t{100'001}, 3 * io::kBlockSize);
  const std::string text = test::random_layer(3, size).substr(0, size);

  Lent lent;
  const TakeBlock take = keep_in(lent);
  HashingTap tap(take, {.spares = &spares});
  const Digest digest = push_in_parts(tap, text, part);

  CHECK(digest == sha256(text));
  CHECK((lent.text == text));
}

TEST_CASE("hashing tap: small blocks are gathered when they are hashed beside", "[pipeline]") {
  const std::string text = test::random_layer(4, 2 * io::kBlockSize + 10).substr(0, 2 * io::kBlockSize + 10);
  Lent lent;
  const TakeBlock take = keep_in(lent);
  SpareProcessors spares(1);
  HashingTap tap(take, {.spares = &spares});

  (void)push_in_parts(tap, text, 1000);

  CHECK(lent.sizes == std::vector<std::size_t>{io::kBlockSize, io::kBlockSize, 10});
}

TEST_CASE("hashing tap: a processor that becomes spare on the way takes over", "[pipeline]") {
  const std::string text = test::random_layer(5, 8 * io::kBlockSize);
  Lent lent;
  const TakeBlock take = keep_in(lent);
  SpareProcessors spares(-1);
  {
    HashingTap tap(take, {.spares = &spares});
    tap.push(bytes(text.substr(0, 1000)));
    spares.add();
    tap.push(bytes(text.substr(1000, 1000)));
    spares.add();
    tap.push(bytes(text.substr(2000)));
    CHECK_FALSE(spares.take());

    CHECK(tap.finish() == sha256(text));
  }
  CHECK((lent.text == text));
  CHECK(spares.take());
}

TEST_CASE("hashing tap: nobody has to take the blocks", "[pipeline]") {
  SpareProcessors spares(GENERATE(0, 1));
  const TakeBlock nobody;
  HashingTap tap(nobody, {.spares = &spares});

  CHECK(push_in_parts(tap, "layer", 2) == sha256("layer"));
}

TEST_CASE("hashing tap: what the taker throws arrives, and the thread ends", "[pipeline]") {
  const TakeBlock take = [](Block) { throw std::runtime_error("full"); };
  const std::string text(io::kBlockSize, 'x');

  SpareProcessors spares(1);

  CHECK_THROWS_AS(HashingTap(take, {.spares = &spares}).push(bytes(text)), std::runtime_error);
  CHECK(spares.take());
}

TEST_CASE("hashing tap: a layer and what is made of it are hashed side by side", "[pipeline]") {
  const auto part = GENERATE(std::size_t{100}, std::size_t{4'096}, io::kBlockSize);
  const auto made_at_once = GENERATE(std::size_t{1}, std::size_t{3'000}, io::kBlockSize + 512, 3 * io::kBlockSize);
  const std::string text = test::random_layer(5, 4 * io::kBlockSize);

  SideBySide side_by_side;
  const TakeBlock nobody;
  HashingTap outgoing(nobody, {.others = &side_by_side});
  std::string made;
  std::string gathered;
  const TakeBlock make = [&](Block block) {
    gathered.append(reinterpret_cast<const char*>(block.data()), block.size());
    gathered += '+';
    while (gathered.size() >= made_at_once) {
      const std::string scratch = gathered.substr(0, std::max(made_at_once, std::size_t{50}));
      outgoing.push(bytes(scratch));
      made += scratch;
      gathered.erase(0, scratch.size());
    }
  };
  HashingTap incoming(make, {.others = &side_by_side});

  CHECK(push_in_parts(incoming, text, part) == sha256(text));
  CHECK(outgoing.finish() == sha256(made));
}

}  // namespace occy::pipeline
