#include "occy/diff.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "pipeline/diff_config.hpp"
#include "pipeline/diff_files.hpp"
#include "pipeline/diff_reading.hpp"
#include "pipeline/pump.hpp"

namespace occy {

using pipeline::FileComparison;
using pipeline::LayerStore;
using pipeline::NotedTree;

struct ImageDiff::State {
  [[nodiscard]] bool ignores(DiffAspect aspect) const {
    return std::find(ignore.begin(), ignore.end(), aspect) != ignore.end();
  }
  [[nodiscard]] FileComparison files() const { return {a, b, ignore}; }

  std::vector<DiffAspect> ignore;
  LayerStore store;
  NotedTree a;
  NotedTree b;
  std::vector<LayerDifference> layers;
  std::vector<ConfigDifference> config;
  ImageDiff::FileCounts counts;
};

namespace {

std::vector<ConfigDifference> config_differences(const ImageConfig& a, const ImageConfig& b,
                                                 const ImageDiff::State& state, const Limits& limits) {
  auto differences = pipeline::compare_configs(a, b, limits);
  std::erase_if(differences, [&](const ConfigDifference& difference) {
    return state.ignores(pipeline::is_creation_time(difference) ? DiffAspect::created : DiffAspect::config);
  });
  return differences;
}

ImageDiff::FileCounts count(const FileComparison& files) {
  ImageDiff::FileCounts counts;
  files.run([&](const FileDifference& file) {
    if (!file.in_a)
      ++counts.added;
    else if (!file.in_b)
      ++counts.removed;
    else
      ++counts.changed;
  });
  return counts;
}

}  // namespace

std::string_view to_string(DiffAspect aspect) noexcept {
  static constexpr std::array<std::string_view, 12> kWords = {
      "layers", "config", "created", "type", "mode", "owner", "size", "mtime", "link", "device", "content", "xattrs"};
  return kWords.at(static_cast<std::size_t>(aspect));
}

const std::vector<DiffAspect>& diff_aspects() {
  static const std::vector<DiffAspect> kAspects = {DiffAspect::layers, DiffAspect::config,  DiffAspect::created,
                                                   DiffAspect::type,   DiffAspect::mode,    DiffAspect::owner,
                                                   DiffAspect::size,   DiffAspect::mtime,   DiffAspect::link,
                                                   DiffAspect::device, DiffAspect::content, DiffAspect::xattrs};
  return kAspects;
}

ImageDiff::ImageDiff(std::unique_ptr<const State> state) : state_(std::move(state)) {}
ImageDiff::~ImageDiff() = default;
ImageDiff::ImageDiff(ImageDiff&&) noexcept = default;
ImageDiff& ImageDiff::operator=(ImageDiff&&) noexcept = default;

const std::vector<LayerDifference>& ImageDiff::layers() const noexcept { return state_->layers; }
const std::vector<ConfigDifference>& ImageDiff::config() const noexcept { return state_->config; }
ImageDiff::FileCounts ImageDiff::file_counts() const noexcept { return state_->counts; }

void ImageDiff::for_each_file(const std::function<void(const FileDifference&)>& show) const {
  state_->files().run(show);
}

bool ImageDiff::equal() const noexcept {
  const FileCounts& files = state_->counts;
  const bool same_layers = std::all_of(state_->layers.begin(), state_->layers.end(), [](const LayerDifference& layer) {
    return layer.shared() && layer.in_a == layer.in_b;
  });
  return same_layers && state_->config.empty() && files.added + files.removed + files.changed == 0;
}

ImageDiff diff(ImageInput& a, ImageInput& b, const DiffOptions& options) {
  pipeline::require_running(options.stop);
  pipeline::DiffReading reading(a, b, options);
  reading.run();
  const ImageConfig& config_a = pipeline::config_of(a);
  const ImageConfig& config_b = pipeline::config_of(b);
  auto state = std::make_unique<ImageDiff::State>(
      ImageDiff::State{.ignore = options.ignore,
                       .store = {},
                       .a = pipeline::merge_layers(config_a, reading.store(), a.describe().source, options.limits),
                       .b = pipeline::merge_layers(config_b, reading.store(), b.describe().source, options.limits),
                       .layers = {},
                       .config = {},
                       .counts = {}});
  for (auto& [diff_id, notes] : reading.store()) notes.give_up_entries();
  if (!state->ignores(DiffAspect::layers)) state->layers = pipeline::compare_layers(config_a, config_b);
  state->config = config_differences(config_a, config_b, *state, options.limits);
  reading.read(state->files().wanted_contents());
  state->store = std::move(reading.store());  // the notes stay where they are
  state->counts = count(state->files());
  return ImageDiff(std::move(state));
}

}  // namespace occy
