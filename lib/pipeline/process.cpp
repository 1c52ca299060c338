#include "occy/process.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_set>
#include <utility>

#include "occy/error.hpp"
#include "pipeline/crew.hpp"
#include "pipeline/ledger.hpp"
#include "pipeline/pump.hpp"

namespace occy {
namespace {

using Clock = std::chrono::steady_clock;

// One layer on its way: opened under the lock, moved outside of it.
struct Move {
  std::size_t number;
  std::unique_ptr<LayerReader> reader;
  std::unique_ptr<LayerSink> sink;
  std::uint64_t done = 0;  // uncompressed bytes so far
};

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
        image_(input.describe()),
        listed_(listed_before(image_)) {}

  ProcessReport run() {
    pipeline::require_running(options_.stop);
    output_.begin(image_);
    const auto layers_time = timed(Stage::layers, [this] { move_layers(); });
    const ImageConfig& config = input_.config();
    require_layers_type(config);
    ProcessReport report{.config_digest = config.digest(),
                         .layers = ledger_.settle(config, image_.source),
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

  void publish(const ImageConfig& config) {
    output_.put_config(config);
    output_.finalize();
  }

  void move_layers() {
    const unsigned workers = pipeline::crew_size(options_.jobs, input_.max_open_layers(), output_.max_open_layers());
    // Of one worker alone, hashing would be the larger part: where another processor is idle, it hashes.
    if (workers == 1 && options_.jobs != 1 && std::thread::hardware_concurrency() > 1)
      hashing_ = pipeline::Hashing::beside;
    pipeline::run_crew(workers, options_.stop, [this](const std::stop_token& stop) {
      while (std::optional<Move> move = next_move(stop)) move_layer(std::move(*move), stop);
    });
  }

  std::optional<Move> next_move(const std::stop_token& stop) {
    const std::scoped_lock lock(mutex_);
    while (!exhausted_) {
      pipeline::require_running(stop);
      auto reader = input_.next_layer();
      if (!reader) break;
      const LayerInfo& layer = reader->info();
      const std::size_t number = count_layer();
      if (output_.want_layer(layer)) {
        progress_.layer_started(number, layer);
        auto sink = output_.put_layer(layer);
        return Move{.number = number, .reader = std::move(reader), .sink = std::move(sink), .done = 0};
      }
      if (layer.diff_id) ledger_.note_answered(*layer.diff_id);
      progress_.layer_skipped(number, layer);
    }
    exhausted_ = true;
    return std::nullopt;
  }

  std::size_t count_layer() {
    if (opened_ >= options_.limits.layers)
      throw Error(Errc::limit, Side::input,
                  {.subject = image_.source,
                   .what = "too many layers",
                   .expected = "at most " + std::to_string(options_.limits.layers)});
    return opened_++;
  }

  void move_layer(Move move, const std::stop_token& stop) {
    const pipeline::LayerFacts facts = pipeline::pump(*move.reader, options_.limits, stop, taps(move), hashing_);
    const LayerInfo& layer = move.reader->info();
    pipeline::require_claims(layer, facts);
    if (is_foreign(layer, facts.record)) return;
    LayerRecord record = facts.record;
    if (output_.layer_form() == LayerForm::stored) record.stored = facts.stored;
    move.sink->commit(record);
    keep(move.number, layer, record);
  }

  pipeline::Taps taps(Move& move) {
    const auto write = [&move](Block block) { move.sink->write(block); };
    const auto count = [this, &move](Block block) { advance(move.number, move.done += block.size()); };
    if (output_.layer_form() == LayerForm::stored) return {.plain = count, .stored = write};
    return {.plain = [write, count](Block block) { write(block), count(block); }};
  }

  // Archives of old engines carry blobs besides the layers, which a stream cannot tell apart before they were read.
  // They are dropped where the config is known before.
  [[nodiscard]] bool is_foreign(const LayerInfo& layer, const LayerRecord& record) const {
    return listed_ && !layer.diff_id && !listed_->contains(record.diff_id);
  }

  void advance(std::size_t number, std::uint64_t bytes) {
    const std::scoped_lock lock(mutex_);
    progress_.layer_advanced(number, bytes);
  }

  void keep(std::size_t number, const LayerInfo& layer, const LayerRecord& record) {
    const std::scoped_lock lock(mutex_);
    ledger_.note_written(record, layer.stored);
    progress_.layer_finished(number, record);
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
  const ImageDescription& image_;
  const std::optional<std::unordered_set<Digest>> listed_;
  pipeline::Hashing hashing_ = pipeline::Hashing::here;

  // Guards input_, output_, the observer, and all below.
  std::mutex mutex_;
  bool exhausted_ = false;
  std::size_t opened_ = 0;
  pipeline::Ledger ledger_;
};

}  // namespace

ProcessReport process(ImageInput& input, ImageOutput& output, const ProcessOptions& options) {
  return Job(input, output, options).run();
}

ProcessReport::Outcome ProcessReport::outcome() const noexcept {
  if (!verification || verification->findings().empty()) return Outcome::not_asked;
  if (verification->has_errors()) return Outcome::errors;
  // Only the finding that says so is a proof; a lone warning is not.
  return verification->find("verify.ok") != nullptr && verification->find("verify.unreachable") == nullptr
             ? Outcome::verified
             : Outcome::unreachable;
}

}  // namespace occy
