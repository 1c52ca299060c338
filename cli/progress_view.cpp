#include "progress_view.hpp"

#include <boost/json.hpp>
#include <chrono>
#include <map>
#include <string>

#include "streams.hpp"
#include "text_report.hpp"

namespace occy::cli {
namespace {

using Clock = std::chrono::steady_clock;

// What is known of the whole before it moves.
struct Expected {
  std::optional<std::size_t> layers;
  std::optional<std::uint64_t> bytes;
};

Expected expected_of(const ImageDescription& image) {
  if (!image.layers) return {};
  Expected expected{.layers = image.layers->size(), .bytes = 0};
  for (const LayerInfo& layer : *image.layers) {
    if (!layer.size) return {.layers = expected.layers, .bytes = std::nullopt};
    *expected.bytes += *layer.size;
  }
  return expected;
}

// Bytes: those of its blob, of a layer that was not unpacked.
std::uint64_t moved(const LayerRecord& record) {
  return record.size == 0 && record.stored ? record.stored->size : record.size;
}

// A line for each thing that is done: for logs.
class PlainView final : public Progress {
 public:
  void stage_started(Stage stage) override { say(std::string(to_string(stage)) + " …\n"); }
  void layer_finished(std::size_t number, const LayerRecord& record) override {
    say("layer " + std::to_string(number) + ": " + record.diff_id.short_hex() + ": " + bytes_text(moved(record)) +
        "\n");
  }
  void layer_skipped(std::size_t number, const LayerInfo&) override {
    say("layer " + std::to_string(number) + ": already there\n");
  }
};

// A JSON object a line: for programs.
class JsonView final : public Progress {
 public:
  void stage_started(Stage stage) override {
    tell({{"event", "stage"}, {"stage", boost::json::string(to_string(stage))}});
  }
  void layer_started(std::size_t number, const LayerInfo& layer) override {
    boost::json::object event = {{"event", "layer-started"}, {"layer", number}};
    if (layer.size) event["size"] = *layer.size;
    tell(event);
  }
  void layer_finished(std::size_t number, const LayerRecord& record) override {
    tell({{"event", "layer-finished"}, {"layer", number}, {"diff_id", record.diff_id.str()}, {"size", moved(record)}});
  }
  void layer_skipped(std::size_t number, const LayerInfo&) override {
    tell({{"event", "layer-skipped"}, {"layer", number}});
  }

 private:
  static void tell(const boost::json::value& event) { say(boost::json::serialize(event) + "\n"); }
};

// One line that is drawn over and over.
class BarView final : public Progress {
 public:
  explicit BarView(Expected expected) : expected_(expected) {}
  ~BarView() override { say("\r\033[K"); }

  void stage_started(Stage stage) override {
    stage_ = stage;
    draw();
  }
  void layer_advanced(std::size_t number, std::uint64_t bytes) override {
    bytes_ += bytes - open_[number];
    open_[number] = bytes;
    if (Clock::now() - drawn_ >= kInterval) draw();
  }
  void layer_finished(std::size_t number, const LayerRecord&) override {
    open_.erase(number);
    ++done_;
  }
  void layer_skipped(std::size_t, const LayerInfo&) override { ++done_; }

 private:
  // Faster is not seen, and costs the terminal.
  static constexpr std::chrono::milliseconds kInterval{100};
  static constexpr std::size_t kWidth = 24;

  void draw() {
    drawn_ = Clock::now();
    say("\r\033[K" + (stage_ == Stage::layers ? layers_line() : std::string(to_string(stage_)) + " …"));
  }

  [[nodiscard]] std::string layers_line() const {
    // A line that is wrapped cannot be drawn over.
    const std::size_t room = message_columns() - 1;
    std::string line = numbers();
    if (std::string with_bar = bar() + line; with_bar.size() <= room) return with_bar;
    if (line.size() > room) line.resize(room);
    return line;
  }

  [[nodiscard]] std::string numbers() const {
    std::string line = std::to_string(done_);
    if (expected_.layers) line += " of " + std::to_string(*expected_.layers);
    line += " layers, " + bytes_text(bytes_);
    const double seconds = std::chrono::duration<double>(drawn_ - begun_).count();
    if (seconds > 0.5)
      line += ", " + bytes_text(static_cast<std::uint64_t>(static_cast<double>(bytes_) / seconds)) + "/s";
    return line;
  }

  [[nodiscard]] std::string bar() const {
    if (!expected_.bytes || *expected_.bytes == 0) return "";
    const double part = static_cast<double>(std::min(bytes_, *expected_.bytes)) / static_cast<double>(*expected_.bytes);
    std::string bar(static_cast<std::size_t>(part * kWidth), '#');
    bar.resize(kWidth, ' ');
    return "[" + bar + "] ";
  }

  Expected expected_;
  Stage stage_ = Stage::layers;
  std::map<std::size_t, std::uint64_t> open_;
  std::uint64_t bytes_ = 0;
  std::size_t done_ = 0;
  Clock::time_point begun_ = Clock::now();
  Clock::time_point drawn_;
};

}  // namespace

std::unique_ptr<Progress> make_progress_view(const Settings& settings, const ImageDescription& image) {
  if (settings.voice == Settings::Voice::quiet) return nullptr;
  switch (settings.progress) {
    case ProgressStyle::none:
      return nullptr;
    case ProgressStyle::plain:
      return std::make_unique<PlainView>();
    case ProgressStyle::json:
      return std::make_unique<JsonView>();
    case ProgressStyle::automatic:
      if (messages_are_on_a_terminal()) return std::make_unique<BarView>(expected_of(image));
      return std::make_unique<PlainView>();
  }
  return nullptr;
}

}  // namespace occy::cli
