// How fast tar headers are written, and read by the walker: plain ustar ones, and ones with a PAX record.
#include <benchmark/benchmark.h>

#include <cstring>
#include <string>
#include <vector>

#include "tar/encoder.hpp"
#include "tar/walker.hpp"

namespace {

occy::tar::Entry entry_with_path(std::size_t length) {
  occy::tar::Entry entry;
  entry.path = "usr/lib/" + std::string(length - 8, 'n');
  entry.mode = 0644;
  return entry;
}

void encode(benchmark::State& state) {
  const occy::tar::Entry entry = entry_with_path(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(occy::tar::encode_header(entry));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(encode)->Arg(60)->Arg(300);

void walk(benchmark::State& state) {
  const std::vector<std::byte> header =
      occy::tar::encode_header(entry_with_path(static_cast<std::size_t>(state.range(0))));
  occy::tar::Walker walker;
  occy::tar::HeaderBlock block;
  for (auto _ : state)
    for (std::size_t at = 0; at < header.size(); at += block.size()) {
      std::memcpy(block.data(), header.data() + at, block.size());
      if (!walker.feed(block)) return state.SkipWithError("the walker refused its own header");
    }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(walk)->Arg(60)->Arg(300);

}  // namespace
