// How fast layers are packed, by threads: words of random length, which pack about as well as a distribution's files.
#include <benchmark/benchmark.h>

#include <random>
#include <vector>

#include "codec/encoder.hpp"

namespace {

constexpr std::size_t kBytes = std::size_t{64} << 20U;

std::vector<std::byte> words() {
  std::mt19937 random(1);  // NOLINT: the same bytes every time
  std::vector<std::byte> bytes;
  bytes.reserve(kBytes);
  while (bytes.size() < kBytes) {
    const auto word = random() % 4096U;
    for (unsigned i = 0; i < 3 + word % 9 && bytes.size() < kBytes; ++i)
      bytes.push_back(static_cast<std::byte>('a' + (word * (i + 7)) % 26U));
  }
  return bytes;
}

void pack(benchmark::State& state, occy::Compression compression) {
  const std::vector<std::byte> bytes = words();
  std::size_t packed = 0;
  for (auto _ : state) {
    occy::codec::PackingThreads threads(static_cast<unsigned>(state.range(0)));
    const auto encoder = occy::codec::make_encoder(compression, threads, [&](occy::Block b) { packed += b.size(); });
    encoder->write(bytes);
    encoder->finish();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kBytes));
  state.counters["ratio"] =
      static_cast<double>(packed) / (static_cast<double>(state.iterations()) * static_cast<double>(kBytes));
}
BENCHMARK_CAPTURE(pack, gzip, occy::Compression::gzip)->Arg(1)->Arg(2)->Arg(4)->UseRealTime();
BENCHMARK_CAPTURE(pack, zstd, occy::Compression::zstd)->Arg(1)->UseRealTime();

}  // namespace
