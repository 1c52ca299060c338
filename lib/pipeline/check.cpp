#include "occy/check.hpp"

#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "occy/error.hpp"
#include "pipeline/config_checks.hpp"
#include "pipeline/crew.hpp"
#include "pipeline/layer_checks.hpp"
#include "pipeline/pump.hpp"

namespace occy {
namespace {

struct OpenLayer {
  std::size_t number;
  std::unique_ptr<LayerReader> reader;
};

// Puts what several workers find into the order of the layers, whoever is ready first.
class OrderedFindings {
 public:
  explicit OrderedFindings(CheckResults& results) : results_(results) {}

  void add(std::size_t number, CheckResults findings) {
    waiting_.emplace(number, std::move(findings));
    for (auto first = waiting_.begin(); first != waiting_.end() && first->first == next_; first = waiting_.begin()) {
      results_.merge(std::move(first->second));
      waiting_.erase(first);
      ++next_;
    }
  }

 private:
  CheckResults& results_;
  std::map<std::size_t, CheckResults> waiting_;
  std::size_t next_ = 0;
};

// One call of check().
class Survey {
 public:
  Survey(ImageInput& input, const CheckOptions& options)
      : input_(input), options_(options), progress_(options.progress != nullptr ? *options.progress : silence_) {}

  CheckResults run() {
    pipeline::require_running(options_.stop);
    results_.merge(input_.check_structure());
    if (const ImageDescription* image = describe())
      check_image(*image);
    else
      check_remains();
    return std::move(results_);
  }

 private:
  // Null: what hinders is among the findings.
  const ImageDescription* describe() {
    try {
      return &input_.describe();
    } catch (const Error& error) {
      if (error.code() == Errc::cancelled) throw;
      // check_structure() has said better what is wrong, when it found anything.
      if (results_.has_errors()) return nullptr;
      if (pipeline::is_of_the_world(error)) throw;
      results_.add(pipeline::as_finding(error, "archive"));
      return nullptr;
    }
  }

  void check_image(const ImageDescription& image) {
    if (image.config) results_.merge(pipeline::check_config(*image.config, options_.limits));
    if (options_.depth == CheckDepth::full)
      read_layers();
    else if (!image.layers)
      pass_layers();
    if (broken_off_)
      results_.add(*broken_off_);
    else if (!image.config && exhausted_)
      check_late_config();
  }

  // Of an image that is not whole: each layer, and the config, that can be read all the same. What cannot has been
  // said.
  void check_remains() {
    if (options_.depth == CheckDepth::full)
      read_layers();
    else
      pass_layers();
    try {
      if (exhausted_ && !broken_off_) results_.merge(pipeline::check_config(input_.config(), options_.limits));
    } catch (const Error& error) {
      if (error.code() == Errc::cancelled) throw;
    }
  }

  void read_layers() {
    progress_.stage_started(Stage::layers);
    const unsigned workers =
        pipeline::crew_size(options_.jobs, input_.max_open_layers(), std::numeric_limits<unsigned>::max());
    pipeline::run_crew(workers, options_.stop, [this](const std::stop_token& stop) {
      while (const std::optional<OpenLayer> layer = open_layer(stop)) read_layer(*layer, stop);
    });
  }

  // A source that tells its config only at its end is passed by, unread.
  void pass_layers() {
    while (open_layer(options_.stop)) continue;
  }

  std::optional<OpenLayer> open_layer(const std::stop_token& stop) {
    const std::scoped_lock lock(mutex_);
    pipeline::require_running(stop);
    auto reader = next_layer();
    if (!reader) return std::nullopt;
    progress_.layer_started(opened_, reader->info());
    return OpenLayer{.number = opened_++, .reader = std::move(reader)};
  }

  std::unique_ptr<LayerReader> next_layer() {
    if (exhausted_) return nullptr;
    exhausted_ = true;
    try {
      auto reader = input_.next_layer();
      exhausted_ = reader == nullptr;
      return reader;
    } catch (const Error& error) {
      if (pipeline::is_of_the_world(error)) throw;
      broken_off_ = pipeline::as_finding(error, "archive");
      return nullptr;
    }
  }

  void read_layer(const OpenLayer& layer, const std::stop_token& stop) {
    const auto advanced = [&](std::uint64_t bytes) {
      const std::scoped_lock lock(mutex_);
      progress_.layer_advanced(layer.number, bytes);
    };
    pipeline::LayerVerdict verdict = pipeline::check_layer(*layer.reader, options_.limits, stop, advanced);
    const std::scoped_lock lock(mutex_);
    if (verdict.record) {
      progress_.layer_finished(layer.number, *verdict.record);
      read_.push_back({.name = pipeline::layer_name(layer.reader->info()), .diff_id = verdict.record->diff_id});
    }
    ordered_.add(layer.number, std::move(verdict.findings));
  }

  void check_late_config() {
    try {
      const ImageConfig& config = input_.config();
      results_.merge(pipeline::check_config(config, options_.limits));
      if (options_.depth == CheckDepth::full) match_layers(config);
    } catch (const Error& error) {
      if (pipeline::is_of_the_world(error)) throw;
      results_.add(pipeline::as_finding(error, error.code() == Errc::bad_document ? "config" : "archive"));
    }
  }

  // The layers of a stream have no claims of their own: what the config promises must have come by.
  void match_layers(const ImageConfig& config) {
    std::unordered_set<Digest> came;
    for (const ReadLayer& layer : read_) came.insert(layer.diff_id);
    std::size_t index = 0;
    for (const Digest& diff_id : config.diff_ids()) {
      if (!came.contains(diff_id))
        results_.error("diff-id", "layer " + std::to_string(index),
                       "no layer has the digest that the config names: expected " + diff_id.str());
      ++index;
    }
    const std::unordered_set<Digest> listed(config.diff_ids().begin(), config.diff_ids().end());
    for (const ReadLayer& layer : read_)
      if (!listed.contains(layer.diff_id))
        results_.warning("diff-id", layer.name, "not a layer of the config: found " + layer.diff_id.str());
  }

  struct ReadLayer {
    std::string name;
    Digest diff_id;
  };

  ImageInput& input_;
  const CheckOptions& options_;
  Progress silence_;
  Progress& progress_;

  // Guards input_, the observer, and all below while layers are read.
  std::mutex mutex_;
  CheckResults results_{options_.limits.findings};
  OrderedFindings ordered_{results_};
  std::vector<ReadLayer> read_;
  std::size_t opened_ = 0;
  bool exhausted_ = false;
  std::optional<Finding> broken_off_;
};

}  // namespace

CheckResults check(ImageInput& input, const CheckOptions& options) { return Survey(input, options).run(); }

}  // namespace occy
