#include "occy/flatten.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "occy/error.hpp"
#include "pipeline/distinct_layers.hpp"
#include "pipeline/entry_tap.hpp"
#include "pipeline/flat_layer.hpp"
#include "pipeline/layer_walk.hpp"
#include "pipeline/pump.hpp"
#include "tar/encoder.hpp"
#include "tree/merged_tree.hpp"
#include "tree/tree_cursor.hpp"

namespace occy {
namespace {

using pipeline::FlatLayer;
using pipeline::FlatName;

// What the first reading keeps of a layer.
struct NotedLayer {
  Digest diff_id;
  tree::LayerEntries entries;
  std::optional<Error> failure;
};

class HeaderTaker final : public pipeline::EntryLook {
 public:
  explicit HeaderTaker(tree::LayerEntries& entries) : entries_(entries) {}
  void begin_entry(const Entry& entry, std::span<const tar::SparseRun>) override { entries_.add(entry); }
  void take_data(Block) override {}
  void end_entry() override {}
  [[nodiscard]] bool wants_data() const noexcept override { return false; }

 private:
  tree::LayerEntries& entries_;
};

// The paths that each layer gives to the final tree, in the order in which the source hands the layers out.
class FirstReading {
 public:
  FirstReading(ImageInput& input, const FlattenOptions& options) : input_(input), options_(options) {
    pipeline::DistinctLayers layers(input_);
    while (const auto reader = layers.next(options_.stop)) note(*reader);
  }

  [[nodiscard]] std::vector<Digest> diff_ids() const {
    std::vector<Digest> diff_ids;
    diff_ids.reserve(layers_.size());
    for (const NotedLayer& layer : layers_) diff_ids.push_back(layer.diff_id);
    return diff_ids;
  }

  [[nodiscard]] std::vector<std::vector<FlatName>> names() const {
    const ImageDescription& image = input_.describe();
    const ImageConfig& config = image.config ? *image.config : input_.config();
    std::vector<std::size_t> numbers;
    for (const Digest& diff_id : config.diff_ids()) numbers.push_back(number_of(diff_id));
    tree::MergedTree tree(options_.limits);
    for (const std::size_t number : numbers) tree.apply(layers_[number].entries);
    return names_of(tree, numbers);
  }

 private:
  void note(LayerReader& reader) {
    const LayerInfo& layer = reader.info();
    tree::LayerEntries entries(pipeline::layer_name(layer), options_.limits);
    HeaderTaker taker(entries);
    if (layer.diff_id) {  // the second reading proves it
      pipeline::walk_layer(reader, options_.limits, options_.stop, taker);
      layers_.push_back({*layer.diff_id, std::move(entries), std::nullopt});
      return;
    }
    pipeline::EntryTap tap(pipeline::layer_name(layer), taker, options_.limits);
    const auto facts =
        pipeline::pump(reader, options_.limits, options_.stop, {.plain = [&](Block block) { tap.push(block); }});
    pipeline::require_claims(layer, facts);
    layers_.push_back({facts.record.diff_id, std::move(entries), tap.finish()});
  }

  // Blobs that the config does not list are no layers, and may be no archives.
  [[nodiscard]] std::size_t number_of(const Digest& diff_id) const {
    const auto layer =
        std::find_if(layers_.begin(), layers_.end(), [&](const auto& l) { return l.diff_id == diff_id; });
    if (layer == layers_.end())
      throw Error(Errc::not_found, Side::input,
                  {.subject = input_.describe().source,
                   .what = "a layer that the config lists never came",
                   .expected = diff_id.str()});
    if (layer->failure) throw Error(*layer->failure);
    return static_cast<std::size_t>(layer - layers_.begin());
  }

  [[nodiscard]] std::vector<std::vector<FlatName>> names_of(const tree::MergedTree& tree,
                                                            const std::vector<std::size_t>& numbers) const {
    std::vector<std::vector<FlatName>> names(layers_.size());
    tree::TreeCursor cursor(tree);
    while (auto file = cursor.next())
      if (file->entry && file->type != EntryType::other)
        names[numbers[file->content.layer]].push_back({file->content.ordinal, std::move(file->path)});
    for (auto& of_layer : names)
      std::stable_sort(of_layer.begin(), of_layer.end(),
                       [](const FlatName& a, const FlatName& b) { return a.ordinal < b.ordinal; });
    return names;
  }

  ImageInput& input_;
  const FlattenOptions& options_;
  std::vector<NotedLayer> layers_;
};

// Writes the files of each layer as it comes by again.
class SecondReading {
 public:
  SecondReading(ImageInput& input, const std::function<void(Block)>& write, const FlattenOptions& options)
      : input_(input),
        write_(write),
        options_(options),
        progress_(options.progress != nullptr ? *options.progress : silence_) {}

  void run(const std::vector<Digest>& diff_ids, const std::vector<std::vector<FlatName>>& names) {
    progress_.stage_started(Stage::layers);
    pipeline::DistinctLayers layers(input_);
    for (std::size_t number = 0; number < diff_ids.size(); ++number) {
      const auto reader = layers.next(options_.stop);
      if (!reader) refuse(input_.describe().source);
      if (write_layer(*reader, number, names[number]) != diff_ids[number]) refuse(pipeline::layer_name(reader->info()));
    }
    write_(tar::kEndOfArchive);
  }

 private:
  Digest write_layer(LayerReader& reader, std::size_t number, const std::vector<FlatName>& names) {
    const LayerInfo& layer = reader.info();
    progress_.layer_started(number, layer);
    FlatLayer files(names, pipeline::layer_name(layer), options_.limits, write_);
    tree::EntryStream entries(pipeline::layer_name(layer), files, options_.limits);
    std::uint64_t done = 0;
    const auto facts = pipeline::pump(reader, options_.limits, options_.stop, {.plain = [&](Block block) {
                                        if (!names.empty()) entries.push(block);
                                        progress_.layer_advanced(number, done += block.size());
                                      }});
    pipeline::require_claims(layer, facts);
    progress_.layer_finished(number, facts.record);
    return facts.record.diff_id;
  }

  [[noreturn]] static void refuse(const std::string& subject) {
    throw Error(Errc::digest_mismatch, Side::input,
                {.subject = subject, .what = "the image changed between its two readings"});
  }

  ImageInput& input_;
  const std::function<void(Block)>& write_;
  const FlattenOptions& options_;
  Progress silence_;
  Progress& progress_;
};

}  // namespace

void flatten(const std::function<std::unique_ptr<ImageInput>()>& open, const std::function<void(Block)>& write,
             const FlattenOptions& options) {
  std::vector<Digest> diff_ids;
  std::vector<std::vector<FlatName>> names;
  {
    const auto input = open();
    const FirstReading first(*input, options);
    diff_ids = first.diff_ids();
    names = first.names();
  }
  const auto input = open();
  SecondReading(*input, write, options).run(diff_ids, names);
}

}  // namespace occy
