// support/memory_output.hpp: an ImageOutput that keeps what it is given, and can break at any call.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "occy/output.hpp"
#include "support/failing_calls.hpp"

namespace occy::test {

class MemoryOutput final : public ImageOutput {
 public:
  explicit MemoryOutput(FailingCalls calls = {}) : calls_(calls) {}

  void begin(const ImageDescription& image) override;
  LayerForm layer_form() const noexcept override { return form; }
  unsigned max_open_layers() const noexcept override { return max_open; }
  bool want_layer(const LayerInfo& layer) override;
  std::unique_ptr<LayerSink> put_layer(const LayerInfo& layer) override;
  std::optional<LayerRecord> recall_layer(const FilteredLayer& layer) override;
  void remember_layer(const FilteredLayer& layer, const LayerRecord& record) override;
  void put_config(const ImageConfig& config) override;
  void finalize() override;
  CheckResults verify(VerifyLevel level) override;

  /// What it says it has already.
  std::set<Digest> there;
  std::map<std::string, std::map<Digest, LayerRecord>> remembered;  ///< by filters and source diff_id
  unsigned max_open = 8;
  LayerForm form = LayerForm::plain;

  /// How many sinks lose what they got, at their commit().
  std::atomic<int> losses = 0;
  CheckResults verdict;

  /// What it was told.
  std::optional<std::string> source;
  std::optional<ImageDescription> described;
  std::vector<LayerInfo> asked;  ///< by want_layer()
  std::vector<LayerInfo> put;    ///< by put_layer()
  std::map<Digest, std::string> committed;
  std::map<Digest, LayerRecord> records;
  std::size_t discarded = 0;
  std::size_t most_open = 0;
  std::optional<Digest> config_digest;
  std::string config_bytes;
  bool finalized = false;
  std::optional<VerifyLevel> verified;

 private:
  class Sink;
  void open_sink();
  void close_sink(bool was_committed);

  FailingCalls calls_;
  std::mutex mutex_;
  std::size_t open_ = 0;
};

}  // namespace occy::test
