#include "codec/encoder.hpp"

#include <algorithm>
#include <stdexcept>

#include "codec/decoder.hpp"
#include "codec/packed_piece.hpp"
#include "packed_bytes.hpp"
#include "support/catch.hpp"

using occy::Block;
using occy::Compression;
using occy::codec::kPieceSize;
using occy::codec::PackingThreads;
using occy::test::sample;

namespace {

struct Written {
  std::string bytes;
  std::size_t blocks = 0;
};

Block block_of(std::string_view text) { return std::as_bytes(std::span(text)); }

occy::codec::TakePacked into(Written& written) {
  return [&written](Block block) {
    written.bytes.append(reinterpret_cast<const char*>(block.data()), block.size());
    ++written.blocks;
  };
}

std::string encoded(Compression compression, std::string_view text, unsigned jobs, std::size_t piece = 100'000) {
  PackingThreads threads(jobs);
  Written written;
  const auto encoder = occy::codec::make_encoder(compression, threads, into(written));
  for (std::size_t at = 0; at < text.size(); at += piece) encoder->write(block_of(text.substr(at, piece)));
  encoder->finish();
  return written.bytes;
}

std::string unpacked(Compression compression, const std::string& packed) {
  occy::test::PieceSource source(packed, 65'536);
  return occy::test::drain(*occy::codec::make_decoder(source, compression, {}, "layer"));
}

std::vector<std::size_t> sizes_around_borders() {
  return {0, 1, kPieceSize - 1, kPieceSize, kPieceSize + 1, 2 * kPieceSize, 3 * kPieceSize + 17};
}

}  // namespace

TEST_CASE("encoder: what was packed comes back, for every size around the cuts", "[codec]") {
  const Compression compression = GENERATE(Compression::none, Compression::gzip, Compression::zstd);

  for (const std::size_t size : sizes_around_borders()) {
    const std::string text = sample(size);
    CHECK((unpacked(compression, encoded(compression, text, 3)) == text));
  }
}

TEST_CASE("encoder: the bytes depend neither on the number of threads nor on how they were handed over", "[codec]") {
  const Compression compression = GENERATE(Compression::gzip, Compression::zstd);
  const std::string text = sample(5 * kPieceSize + 12'345);
  const std::string packed = encoded(compression, text, 1);

  for (unsigned jobs = 2; jobs <= 8; ++jobs) CHECK((encoded(compression, text, jobs) == packed));
  CHECK((encoded(compression, text, 3, 7'777) == packed));
  CHECK((encoded(compression, text, 3, text.size()) == packed));
}

TEST_CASE("encoder: several encoders share the threads, and each gives its own stream", "[codec]") {
  PackingThreads threads(2);
  const std::string text = sample(3 * kPieceSize);
  std::vector<Written> written(4);
  std::vector<std::unique_ptr<occy::codec::Encoder>> encoders;
  for (Written& one : written) encoders.push_back(make_encoder(Compression::gzip, threads, into(one)));

  for (std::size_t at = 0; at < text.size(); at += 300'000)
    for (const auto& encoder : encoders) encoder->write(block_of(std::string_view(text).substr(at, 300'000)));
  for (const auto& encoder : encoders) encoder->finish();

  for (const Written& one : written) CHECK((one.bytes == encoded(Compression::gzip, text, 1)));
}

TEST_CASE("encoder: destroyed before its end, it gives no more and lets the threads go", "[codec]") {
  const Compression compression = GENERATE(Compression::gzip, Compression::zstd);
  PackingThreads threads(2);
  Written abandoned;
  {
    const auto encoder = make_encoder(compression, threads, into(abandoned));
    encoder->write(block_of(sample(2 * kPieceSize)));
  }
  const std::size_t blocks = abandoned.blocks;
  Written written;
  const auto encoder = make_encoder(compression, threads, into(written));
  encoder->write(block_of(sample(6 * kPieceSize)));
  encoder->finish();

  CHECK(abandoned.blocks == blocks);
  CHECK((unpacked(compression, written.bytes) == sample(6 * kPieceSize)));
}

TEST_CASE("encoder: what the taker throws comes out, whenever it throws", "[codec]") {
  const Compression compression = GENERATE(Compression::none, Compression::gzip, Compression::zstd);
  const std::string text = sample(3 * kPieceSize);
  PackingThreads threads(2);
  Written whole;
  const auto run = [&](std::size_t good) {
    Written written;
    const auto take = into(written);
    const auto encoder = make_encoder(compression, threads, [&](Block block) {
      if (written.blocks == good) throw std::runtime_error("full");
      take(block);
    });
    encoder->write(block_of(text));
    encoder->finish();
    whole = written;
  };

  for (std::size_t good = 0; whole.blocks == 0; ++good) {
    try {
      run(good);
    } catch (const std::runtime_error& error) {
      REQUIRE(error.what() == std::string("full"));
    }
  }
  CHECK((unpacked(compression, whole.bytes) == text));
}
