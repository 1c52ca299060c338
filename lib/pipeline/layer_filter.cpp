#include "pipeline/layer_filter.hpp"

#include <utility>

#include "occy/error.hpp"
#include "tar/layer_rewriter.hpp"
#include "tar/stream_walker.hpp"

namespace occy::pipeline {
namespace {

[[noreturn]] void refuse(const std::string& layer, const ParseError& error) {
  throw Error(Errc::bad_archive, Side::input,
              {.subject = layer,
               .what = "a filter cannot read the layer",
               .found = error.message + " (offset " + std::to_string(error.position) + ')'});
}

class Onlooker final : public LayerFilter {
 public:
  Onlooker(LayerVisitors& visitors, LayerFilterOptions options)
      : visitors_(visitors),
        layer_(std::move(options.layer)),
        walker_([this](const tar::Entry& entry) { visitors_.look(entry); }, options.limits) {}

  void push(Block bytes) override { (void)walker_.push(bytes); }  // finish() says it again

  [[nodiscard]] bool changed() const noexcept override { return false; }

  std::optional<LayerRecord> finish() override {
    if (const auto whole = walker_.finish(); !whole && !walker_.lacks_only_end()) refuse(layer_, whole.error());
    visitors_.finish();
    return {};
  }

 private:
  LayerVisitors& visitors_;
  std::string layer_;
  tar::StreamWalker walker_;
};

class Editor final : public LayerFilter {
 public:
  Editor(LayerVisitors& visitors, LayerFilterOptions options, TakeBlock put)
      : visitors_(visitors),
        layer_(options.layer),
        put_(std::move(put)),
        hashed_(put_, options.hashing),
        rewriter_([this](Entry& entry) { return visitors_.visit(entry); }, [this](Block bytes) { take(bytes); },
                  {.layer = options.layer,
                   .filter = visitors.editors(),
                   .spool_directory = std::move(options.temp_directory),
                   .limits = options.limits}) {}

  void push(Block bytes) override { (void)rewriter_.push(bytes); }  // finish() says it again

  [[nodiscard]] bool changed() const noexcept override { return rewriter_.changed(); }

  std::optional<LayerRecord> finish() override {
    if (const auto finished = rewriter_.finish(); !finished) refuse(layer_, finished.error());
    LayerRecord record{.diff_id = hashed_.finish(), .size = size_};
    visitors_.finish();
    return record;
  }

 private:
  void take(Block bytes) {
    size_ += bytes.size();
    hashed_.push(bytes);
  }

  LayerVisitors& visitors_;
  std::string layer_;
  TakeBlock put_;
  HashingTap hashed_;
  std::uint64_t size_ = 0;
  tar::LayerRewriter rewriter_;
};

}  // namespace

std::unique_ptr<LayerFilter> make_onlooker(LayerVisitors& visitors, LayerFilterOptions options) {
  return std::make_unique<Onlooker>(visitors, std::move(options));
}

std::unique_ptr<LayerFilter> make_editor(LayerVisitors& visitors, LayerFilterOptions options, TakeBlock put) {
  return std::make_unique<Editor>(visitors, std::move(options), std::move(put));
}

}  // namespace occy::pipeline
