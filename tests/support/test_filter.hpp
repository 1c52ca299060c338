// support/test_filter.hpp: a filter made of functions, whose calls can break.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "occy/filter.hpp"
#include "support/failing_calls.hpp"

namespace occy::test {

class TestFilter final : public ImageFilter {
 public:
  using Visit = std::function<Verdict(Entry&)>;

  TestFilter(FilterDepth depth, Visit visit, FailingCalls calls = {})
      : visit_(std::move(visit)), depth_(depth), calls_(std::move(calls)) {}

  std::string_view name() const noexcept override { return name_; }
  FilterDepth depth() const noexcept override { return depth_; }
  std::string fingerprint() const override { return print; }

  void begin(const ImageDescription& image) override {
    calls_.count("begin");
    source = image.source;
  }

  std::unique_ptr<EntryVisitor> visit_layer(const LayerInfo& layer) override {
    calls_.count("visit_layer");
    asked.push_back(layer);
    return wants(layer) ? std::make_unique<Visitor>(*this) : nullptr;
  }

  std::optional<std::string> edit_config(const ImageConfig& config) override {
    calls_.count("edit_config");
    return edit(config);
  }

  void finish(const FilteredImage& image) override {
    calls_.count("finish");
    written_config = image.config.digest();
    sizes = image.layer_sizes;
  }

  /// What it decides.
  std::string print;
  std::function<bool(const LayerInfo&)> wants = [](const LayerInfo&) { return true; };
  std::function<std::optional<std::string>(const ImageConfig&)> edit = [](const ImageConfig&) { return std::nullopt; };

  /// What it was told.
  std::optional<std::string> source;
  std::vector<LayerInfo> asked;
  std::atomic<std::size_t> entries = 0;
  std::atomic<std::size_t> finished_layers = 0;
  std::optional<Digest> written_config;
  std::optional<std::vector<std::optional<std::uint64_t>>> sizes;

 private:
  class Visitor final : public EntryVisitor {
   public:
    explicit Visitor(TestFilter& filter) : filter_(filter) {}
    Verdict visit(Entry& entry) override {
      filter_.calls_.count("visit");
      ++filter_.entries;
      return filter_.visit_(entry);
    }
    void finish() override {
      filter_.calls_.count("visitor.finish");
      ++filter_.finished_layers;
    }

   private:
    TestFilter& filter_;
  };

  std::string name_ = "test";
  Visit visit_;
  FilterDepth depth_;
  FailingCalls calls_;
};

}  // namespace occy::test
