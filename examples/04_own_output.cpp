// An output of one's own: it keeps nothing and counts everything. process() proves the layers for it all the same.
//
// usage: 04_own_output tar://ARCHIVE
#include <atomic>
#include <cstdint>
#include <iostream>
#include <occy/occy.hpp>

namespace {

struct Statistics {
  std::atomic<std::uint64_t> layers = 0;
  std::atomic<std::uint64_t> bytes = 0;
  std::atomic<std::uint64_t> blocks = 0;
};

class CountingSink final : public occy::LayerSink {
 public:
  explicit CountingSink(Statistics& statistics) : statistics_(statistics) {}
  void write(occy::Block bytes) override {
    statistics_.bytes += bytes.size();
    ++statistics_.blocks;
  }
  void commit(const occy::LayerRecord&) override { ++statistics_.layers; }

 private:
  Statistics& statistics_;
};

class CountingOutput final : public occy::ImageOutput {
 public:
  void begin(const occy::ImageDescription& image) override { std::cout << "from " << image.source << '\n'; }
  unsigned max_open_layers() const noexcept override { return 4; }  // sinks share nothing but atomic numbers
  std::unique_ptr<occy::LayerSink> put_layer(const occy::LayerInfo&) override {
    return std::make_unique<CountingSink>(statistics);
  }
  void put_config(const occy::ImageConfig& config) override { std::cout << "id " << config.digest().str() << '\n'; }
  void finalize() override {}

  Statistics statistics;
};

}  // namespace

int main(int argc, char** argv) try {
  const auto input = occy::open_input(argc == 2 ? argv[1] : "");
  CountingOutput output;
  occy::process(*input, output);
  std::cout << output.statistics.layers << " layers, " << output.statistics.bytes << " bytes, "
            << output.statistics.blocks << " blocks\n";
} catch (const occy::Error& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
