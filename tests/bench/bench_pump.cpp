// What process() itself costs: a layer that is already in memory, into an output that throws everything away. The
// difference to hash_blocks is the pump.
#include <benchmark/benchmark.h>

#include <memory>
#include <utility>
#include <vector>

#include "occy/process.hpp"

namespace {

constexpr std::size_t kBlock = std::size_t{256} << 10U;

class RepeatedBlock final : public occy::LayerReader {
 public:
  RepeatedBlock(const std::vector<std::byte>& block, std::size_t times, occy::LayerInfo info)
      : block_(block), left_(times), info_(std::move(info)) {}

  const occy::LayerInfo& info() const noexcept override { return info_; }
  occy::Block next() override { return left_ == 0 ? occy::Block{} : (--left_, occy::Block{block_}); }

 private:
  const std::vector<std::byte>& block_;
  std::size_t left_;
  occy::LayerInfo info_;
};

class OneLayer final : public occy::ImageInput {
 public:
  OneLayer(const std::vector<std::byte>& block, std::size_t times, const occy::ImageConfig& config)
      : block_(block), times_(times), config_(config) {
    description_.source = "memory";
  }

  const occy::ImageDescription& describe() override { return description_; }
  const occy::ImageConfig& config() override { return config_; }
  std::unique_ptr<occy::LayerReader> next_layer() override {
    if (std::exchange(handed_out_, true)) return nullptr;
    return std::make_unique<RepeatedBlock>(block_, times_, occy::LayerInfo{.name = "layer"});
  }

 private:
  const std::vector<std::byte>& block_;
  std::size_t times_;
  occy::ImageConfig config_;
  occy::ImageDescription description_;
  bool handed_out_ = false;
};

class NoSink final : public occy::LayerSink {
 public:
  void write(occy::Block bytes) override { benchmark::DoNotOptimize(bytes.data()); }
  void commit(const occy::LayerRecord&) override {}
};

class NoOutput final : public occy::ImageOutput {
 public:
  void begin(const occy::ImageDescription&) override {}
  std::unique_ptr<occy::LayerSink> put_layer(const occy::LayerInfo&) override { return std::make_unique<NoSink>(); }
  void put_config(const occy::ImageConfig&) override {}
  void finalize() override {}
};

occy::ImageConfig config_of(const std::vector<std::byte>& block, std::size_t times) {
  occy::Sha256 hash;
  for (std::size_t i = 0; i < times; ++i) hash.update(block);
  return occy::ImageConfig::make({.platform = {.os = "linux", .architecture = "amd64"}, .diff_ids = {hash.finish()}});
}

void pump(benchmark::State& state) {
  const auto times = static_cast<std::size_t>(state.range(0));
  const std::vector<std::byte> block(kBlock, std::byte{0x5a});
  const occy::ImageConfig config = config_of(block, times);
  for (auto _ : state) {
    OneLayer input(block, times, config);
    NoOutput output;
    benchmark::DoNotOptimize(occy::process(input, output, {.verify = std::nullopt, .jobs = 1}).bytes);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(times * kBlock));
}
BENCHMARK(pump)->Arg(4)->Arg(400);

}  // namespace
