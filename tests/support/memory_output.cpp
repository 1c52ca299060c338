#include "support/memory_output.hpp"

#include <algorithm>
#include <utility>

namespace occy::test {

class MemoryOutput::Sink final : public LayerSink {
 public:
  explicit Sink(MemoryOutput& output) : output_(output) { output_.open_sink(); }
  ~Sink() override { output_.close_sink(committed_); }

  void write(Block bytes) override {
    output_.calls_.count("write");
    bytes_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }

  void commit(const LayerRecord& record) override {
    output_.calls_.count("commit");
    if (output_.losses-- > 0)
      throw Error(Errc::interrupted, Side::output, {.subject = "memory", .what = "lost the layer"});
    const std::scoped_lock lock(output_.mutex_);
    output_.committed.emplace(record.diff_id, std::move(bytes_));
    output_.records.emplace(record.diff_id, record);
    committed_ = true;
  }

 private:
  MemoryOutput& output_;
  std::string bytes_;
  bool committed_ = false;
};

void MemoryOutput::begin(const ImageDescription& image) {
  calls_.count("begin");
  source = image.source;
  described = image;
}

bool MemoryOutput::want_layer(const LayerInfo& layer) {
  calls_.count("want_layer");
  asked.push_back(layer);
  return !layer.diff_id || !there.contains(*layer.diff_id);
}

std::unique_ptr<LayerSink> MemoryOutput::put_layer(const LayerInfo& layer) {
  calls_.count("put_layer");
  put.push_back(layer);
  return std::make_unique<Sink>(*this);
}

std::optional<LayerRecord> MemoryOutput::recall_layer(const FilteredLayer& layer) {
  calls_.count("recall_layer");
  const auto& known = remembered[layer.filters];
  const auto found = known.find(layer.source_diff_id);
  return found == known.end() ? std::nullopt : std::optional(found->second);
}

void MemoryOutput::remember_layer(const FilteredLayer& layer, const LayerRecord& record) {
  calls_.count("remember_layer");
  remembered[layer.filters].emplace(layer.source_diff_id, record);
}

void MemoryOutput::put_config(const ImageConfig& config) {
  calls_.count("put_config");
  config_digest = config.digest();
  config_bytes = config.bytes();
}

void MemoryOutput::finalize() {
  calls_.count("finalize");
  finalized = true;
}

CheckResults MemoryOutput::verify(VerifyLevel level) {
  verified = level;
  return verdict;
}

void MemoryOutput::open_sink() {
  const std::scoped_lock lock(mutex_);
  most_open = std::max(most_open, ++open_);
}

void MemoryOutput::close_sink(bool was_committed) {
  const std::scoped_lock lock(mutex_);
  --open_;
  if (!was_committed) ++discarded;
}

}  // namespace occy::test
