#include "occy/process.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include "occy/error.hpp"
#include "pipeline/crew.hpp"
#include "pipeline/filter_chain.hpp"
#include "pipeline/filtered_image.hpp"
#include "pipeline/layer_move.hpp"
#include "pipeline/ledger.hpp"
#include "pipeline/outcome.hpp"
#include "pipeline/pump.hpp"

namespace occy {
namespace {

using Clock = std::chrono::steady_clock;

// How often a layer is sent that the destination loses on its way.
constexpr unsigned kMostTries = 5;

// The diff_ids, where the source tells all of them before its layers.
std::optional<std::unordered_set<Digest>> listed_before(const ImageDescription& image) {
  if (image.config) return std::unordered_set<Digest>(image.config->diff_ids().begin(), image.config->diff_ids().end());
  if (!image.layers) return std::nullopt;
  std::unordered_set<Digest> listed;
  for (const LayerInfo& layer : *image.layers) {
    if (!layer.diff_id) return std::nullopt;
    listed.insert(*layer.diff_id);
  }
  return listed;
}

// One call of process().
class Job {
 public:
  Job(ImageInput& input, ImageOutput& output, const ProcessOptions& options)
      : input_(input),
        output_(output),
        options_(options),
        progress_(options.progress != nullptr ? *options.progress : silence_),
        filters_(options.filters),
        image_(input.describe()),
        listed_(listed_before(image_)) {}

  ProcessReport run() {
    pipeline::require_running(options_.stop);
    filters_.begin(image_);
    output_.begin(filters_.may_change() ? pipeline::without_identity(image_) : image_);
    const auto layers_time = timed(Stage::layers, [this] { move_layers(); });
    require_layers_type(input_.config());
    std::vector<LayerReport> layers = ledger_.settle(input_.config(), image_.source);
    const ImageConfig config = filtered_config(layers);
    ProcessReport report{.config_digest = config.digest(),
                         .layers = std::move(layers),
                         .bytes = ledger_.bytes(),
                         .times = {.layers = layers_time, .finalizing = {}, .verifying = {}},
                         .remarks = CheckResults{},
                         .verification = {}};
    pipeline::require_running(options_.stop);
    report.times.finalizing = timed(Stage::finalizing, [&] { publish(config); });
    report.remarks = output_.remarks();
    if (options_.verify)
      report.times.verifying = timed(Stage::verifying, [&] { report.verification = output_.verify(*options_.verify); });
    return report;
  }

 private:
  template <class Work>
  std::chrono::nanoseconds timed(Stage stage, Work work) {
    progress_.stage_started(stage);
    const auto start = Clock::now();
    work();
    return Clock::now() - start;
  }

  ImageConfig filtered_config(const std::vector<LayerReport>& layers) const {
    std::vector<Digest> diff_ids;
    diff_ids.reserve(layers.size());
    for (const LayerReport& layer : layers) diff_ids.push_back(layer.diff_id);
    return filters_.edit_config(pipeline::with_layers(input_.config(), diff_ids, options_.limits), options_.limits);
  }

  void publish(const ImageConfig& config) {
    output_.put_config(config);
    filters_.finish({.source = image_, .config = config, .layer_sizes = ledger_.sizes(input_.config())});
    output_.finalize();
  }

  void move_layers() {
    workers_ = pipeline::crew_size(options_.jobs, input_.max_open_layers(), output_.max_open_layers());
    spares_.add(spare_processors());
    form_ = layer_form();
    most_postponed_ = input_.max_open_layers() - std::min(workers_, input_.max_open_layers());
    pipeline::run_crew(workers_, options_.stop, [this](const std::stop_token& stop) {
      while (std::optional<pipeline::LayerMove> move = next_move(stop)) move_layer(*move, stop);
      spares_.add();
    });
  }

  // Who wants everything proved wants to know whether the layers are those of the config. A filter may want their
  // sizes.
  [[nodiscard]] LayerForm layer_form() const {
    const LayerForm form = output_.layer_form();
    const bool is_unpacked = options_.verify == VerifyLevel::full || !filters_.empty();
    return form == LayerForm::blob && is_unpacked ? LayerForm::stored : form;
  }

  // Of one worker alone, hashing would be the larger part: where there is another processor, one thread hashes what a
  // layer was, and one what filters make of it. Of several, each is one processor's work, until no layers are left for
  // all.
  [[nodiscard]] int spare_processors() const {
    const int processors = static_cast<int>(std::thread::hardware_concurrency());
    if (workers_ == 1) return options_.jobs != 1 && processors > 1 ? 2 : 0;
    return std::min(0, processors - static_cast<int>(workers_));
  }

  std::optional<pipeline::LayerMove> next_move(const std::stop_token& stop) {
    auto move = next_from_input(stop);
    return move ? std::move(move) : next_postponed(stop);
  }

  std::optional<pipeline::LayerMove> next_from_input(const std::stop_token& stop) {
    const std::scoped_lock lock(mutex_);
    while (!exhausted_) {
      pipeline::require_running(stop);
      auto reader = input_.next_layer();
      if (!reader) break;
      const LayerInfo& layer = reader->info();
      const std::size_t number = count_layer();
      pipeline::LayerMove move{.number = number, .reader = std::move(reader)};
      if (is_new(layer)) {
        move.visitors = filters_.visit_layer(layer);
        if (is_postponed(move)) continue;
        open_sinks(layer, move);
      }
      if (move.sink || move.visitors) {
        progress_.layer_started(number, layer);
        return move;
      }
      progress_.layer_skipped(number, layer);
    }
    exhausted_ = true;
    return std::nullopt;
  }

  // A layer that another image brings to the same destination is left to it; the worker sees to the others first.
  bool is_postponed(pipeline::LayerMove& move) {
    if (move.visitors || postponed_.size() >= most_postponed_) return false;
    auto await = output_.awaited(move.reader->info());
    if (!await) return false;
    postponed_.push_back({.move = std::move(move), .await = std::move(await)});
    return true;
  }

  // Waits without the lock: the other workers, and the other image's, go on.
  std::optional<pipeline::LayerMove> next_postponed(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!postponed_.empty()) {
      Postponed next = std::move(postponed_.back());
      postponed_.pop_back();
      lock.unlock();
      next.await(stop);
      pipeline::require_running(stop);
      lock.lock();
      const LayerInfo& layer = next.move.reader->info();
      const std::size_t number = next.move.number;
      open_sinks(layer, next.move);
      if (next.move.sink) {
        progress_.layer_started(number, layer);
        return std::move(next.move);
      }
      progress_.layer_skipped(number, layer);
    }
    return std::nullopt;
  }

  // Filters see each layer to its end once, and so decide once, also when the image has it again.
  bool is_new(const LayerInfo& layer) {
    return filters_.empty() || !layer.diff_id || seen_.insert(*layer.diff_id).second;
  }

  void open_sinks(const LayerInfo& layer, pipeline::LayerMove& move) {
    if (!move.visitors || !move.visitors->may_change()) {
      if (output_.want_layer(layer))
        move.sink = output_.put_layer(layer);
      else if (layer.diff_id)
        ledger_.note_answered(*layer.diff_id, layer.size);
      return;
    }
    if (is_recalled(layer, *move.visitors)) return move.visitors.reset();
    open_sinks_for_change(layer, move);
  }

  void open_sinks_for_change(const LayerInfo& layer, pipeline::LayerMove& move) {
    LayerInfo unnamed = pipeline::without_identity(layer);
    if (move.change == pipeline::LayerMove::Change::late) unnamed.compression = Compression::none;
    if (!output_.want_layer(unnamed)) return;
    move.sink = output_.put_layer(unnamed);
    if (form_ == LayerForm::plain || unnamed.compression == Compression::none) return;
    unnamed.compression = Compression::none;
    move.plain_sink = output_.put_layer(unnamed);
    // Before the first byte this moves nothing, and tells whether it can.
    if (move.reader->restart()) move.reading = pipeline::LayerMove::Reading::again;
  }

  bool is_recalled(const LayerInfo& layer, const pipeline::LayerVisitors& visitors) {
    const std::string filters = visitors.fingerprint();
    if (filters.empty() || !layer.diff_id) return false;
    const auto recalled = output_.recall_layer({.source_diff_id = *layer.diff_id, .filters = filters});
    if (recalled) ledger_.note_recalled(*layer.diff_id, *recalled);
    return recalled.has_value();
  }

  std::size_t count_layer() {
    if (opened_ >= options_.limits.layers)
      throw Error(Errc::limit, Side::input,
                  {.subject = image_.source,
                   .what = "too many layers",
                   .expected = "at most " + std::to_string(options_.limits.layers)});
    return opened_++;
  }

  void move_layer(pipeline::LayerMove& move, const std::stop_token& stop) {
    for (unsigned tries = 1; !try_to_move(move, stop, tries); ++tries) {
      const std::scoped_lock lock(mutex_);
      open_again(move);
      if (!move.sink && !move.visitors) return progress_.layer_skipped(move.number, move.reader->info());
    }
  }

  // False: the destination lost the layer, or a filter changed it late, and it can be read again.
  bool try_to_move(pipeline::LayerMove& move, const std::stop_token& stop, unsigned tries) {
    try {
      move_once(move, stop);
      return true;
    } catch (const Error& error) {
      if (error.code() != Errc::interrupted || tries == most_tries(move) || !move.reader->restart()) throw;
      move.sink.reset();
      move.plain_sink.reset();
      return false;
    }
  }

  // That a filter changed it late is not the destination's loss.
  [[nodiscard]] static unsigned most_tries(const pipeline::LayerMove& move) {
    return move.change == pipeline::LayerMove::Change::late ? kMostTries + 1 : kMostTries;
  }

  // Nothing of the first time is left: no sink was committed, no visitor finished.
  void open_again(pipeline::LayerMove& move) {
    const LayerInfo& layer = move.reader->info();
    if (move.visitors) move.visitors = filters_.visit_layer(layer);
    open_sinks(layer, move);
  }

  void move_once(pipeline::LayerMove& move, const std::stop_token& stop) {
    const std::size_t number = move.number;
    const LayerInfo& layer = move.reader->info();
    const std::string filters = move.visitors && move.visitors->may_change() ? move.visitors->fingerprint() : "";
    const bool is_written = move.sink != nullptr;
    if (is_written && are_prepared()) move.sink->prepare([&] { return move.reader->size_hint(); }, stop);
    const auto moved = pipeline::move_layer(
        move, {.form = form_,
               .limits = options_.limits,
               .temp_directory = options_.temp_directory.empty() ? "/tmp" : options_.temp_directory,
               .stop = stop,
               .spares = &spares_,
               .advanced = [&](std::uint64_t bytes) { advance(number, bytes); },
               .is_foreign = [&](const LayerRecord& record) { return is_foreign(layer, record); }});
    if (!moved) return;
    const std::scoped_lock lock(mutex_);
    if (is_written)
      ledger_.note_written(moved->read.diff_id, moved->written, layer.stored);
    else
      ledger_.note_answered(moved->read.diff_id, moved->read.size);
    if (is_written && !filters.empty())
      output_.remember_layer({.source_diff_id = moved->read.diff_id, .filters = filters}, moved->written);
    progress_.layer_finished(number, moved->read);
  }

  // Of an output that takes more layers at once than come, each is written where it fits.
  [[nodiscard]] bool are_prepared() const { return workers_ > 1 || output_.max_open_layers() == 1; }

  // Archives of old engines carry blobs besides the layers, which a stream cannot tell apart before they were read.
  // They are dropped where the config is known before.
  [[nodiscard]] bool is_foreign(const LayerInfo& layer, const LayerRecord& record) const {
    return listed_ && !layer.diff_id && !listed_->contains(record.diff_id);
  }

  void advance(std::size_t number, std::uint64_t bytes) {
    const std::scoped_lock lock(mutex_);
    progress_.layer_advanced(number, bytes);
  }

  void require_layers_type(const ImageConfig& config) const {
    if (config.rootfs_type() == "layers") return;
    throw Error(Errc::unsupported, Side::input,
                {.subject = image_.source,
                 .what = "unknown rootfs.type in the config",
                 .expected = "layers",
                 .found = config.rootfs_type()});
  }

  ImageInput& input_;
  ImageOutput& output_;
  const ProcessOptions& options_;
  Progress silence_;
  Progress& progress_;
  const pipeline::FilterChain filters_;
  const ImageDescription& image_;
  const std::optional<std::unordered_set<Digest>> listed_;
  struct Postponed {
    pipeline::LayerMove move;
    ImageOutput::Await await;
  };

  unsigned workers_ = 1;
  std::size_t most_postponed_ = 0;  // readers that the input allows beside those of the workers
  LayerForm form_ = LayerForm::plain;
  pipeline::SpareProcessors spares_;

  // Guards input_, output_, the observer, and all below.
  std::mutex mutex_;
  bool exhausted_ = false;
  std::size_t opened_ = 0;
  std::vector<Postponed> postponed_;
  std::unordered_set<Digest> seen_;  // diff_ids, as claimed
  pipeline::Ledger ledger_;
};

}  // namespace

ProcessReport process(ImageInput& input, ImageOutput& output, const ProcessOptions& options) {
  return Job(input, output, options).run();
}

ProcessReport::Outcome ProcessReport::outcome() const noexcept { return pipeline::outcome_of(verification); }

}  // namespace occy
