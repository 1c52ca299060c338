// How fast bytes are hashed: one block that stays in the second-level cache, as the pump finds it.
#include <benchmark/benchmark.h>

#include <vector>

#include "occy/digest.hpp"

namespace {

void hash_blocks(benchmark::State& state) {
  const std::vector<std::byte> block(static_cast<std::size_t>(state.range(0)), std::byte{0x5a});
  occy::Sha256 hash;
  for (auto _ : state) hash.update(block);
  benchmark::DoNotOptimize(hash.finish());
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(hash_blocks)->Arg(64 << 10)->Arg(256 << 10)->Arg(1 << 20);

// As a layer before and after a filter.
void hash_both(benchmark::State& state) {
  const std::vector<std::byte> block(static_cast<std::size_t>(state.range(0)), std::byte{0x5a});
  const std::vector<std::byte> other(static_cast<std::size_t>(state.range(0)), std::byte{0xa5});
  occy::Sha256 hash;
  occy::Sha256 other_hash;
  for (auto _ : state) update_both(hash, block, other_hash, other);
  benchmark::DoNotOptimize(hash.finish());
  benchmark::DoNotOptimize(other_hash.finish());
  state.SetBytesProcessed(2 * state.iterations() * state.range(0));
}
BENCHMARK(hash_both)->Arg(64 << 10)->Arg(256 << 10);

}  // namespace
