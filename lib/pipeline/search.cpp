#include "occy/search.hpp"

#include <limits>
#include <memory>
#include <utility>

#include "match/ordered_matches.hpp"
#include "pipeline/crew.hpp"
#include "pipeline/layer_search.hpp"
#include "pipeline/layer_supply.hpp"
#include "pipeline/tree_search.hpp"

namespace occy {
namespace {

using pipeline::LayerSearch;
using LayerMatches = match::OrderedMatches::Layer;

// Layer by layer, several at once.
class LayersSearch {
 public:
  LayersSearch(ImageInput& input, const pipeline::SearchPatterns& patterns, const SearchOptions& options,
               const OnMatch& on_match)
      : input_(input), patterns_(patterns), options_(options), supply_(input), matches_(counting(on_match)) {}

  std::size_t run(unsigned workers) {
    pipeline::run_crew(workers, options_.stop, [this](const std::stop_token& stop) {
      std::unique_ptr<LayerMatches> matches;
      const auto opened = [&](const LayerInfo& layer) { matches = matches_.open(searched(layer)); };
      while (const auto reader = supply_.next(stop, opened)) search_layer(*reader, *matches, stop);
    });
    // A source that has more to say at its end says now whether it was whole.
    (void)input_.config();
    return count_;
  }

 private:
  // Called by one thread at a time, as OnMatch is.
  OnMatch counting(const OnMatch& on_match) {
    return [this, &on_match](const SearchedLayer& layer, const SearchMatch& match) {
      ++count_;
      on_match(layer, match);
    };
  }

  [[nodiscard]] SearchedLayer searched(const LayerInfo& layer) {
    SearchedLayer searched{.info = layer};
    const ImageDescription& image = input_.describe();
    if (image.config && layer.index)
      if (const HistoryEntry* step = history_of_layer(*image.config, *layer.index))
        searched.created_by = step->created_by;
    return searched;
  }

  void search_layer(LayerReader& reader, LayerMatches& matches, const std::stop_token& stop) const {
    LayerSearch look(patterns_, [&](std::size_t, SearchMatch match) { matches.add(std::move(match)); });
    pipeline::walk_layer(reader, options_.limits, stop, look);
    matches.finish();
  }

  ImageInput& input_;
  const pipeline::SearchPatterns& patterns_;
  const SearchOptions& options_;
  pipeline::LayerSupply supply_;
  std::size_t count_ = 0;
  match::OrderedMatches matches_;
};

}  // namespace

std::size_t search(ImageInput& input, const SearchOptions& options, const OnMatch& on_match) {
  const pipeline::SearchPatterns patterns(options);
  (void)input.describe();
  const unsigned workers =
      pipeline::crew_size(options.jobs, input.max_open_layers(), std::numeric_limits<unsigned>::max());
  if (options.scope == SearchOptions::Scope::every_layer)
    return LayersSearch(input, patterns, options, on_match).run(workers);
  return pipeline::TreeSearch(input, patterns, options, on_match).run(workers);
}

}  // namespace occy
