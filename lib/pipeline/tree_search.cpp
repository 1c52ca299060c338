#include "pipeline/tree_search.hpp"

#include <string>

#include "occy/error.hpp"
#include "pipeline/crew.hpp"
#include "pipeline/pump.hpp"
#include "tree/merged_tree.hpp"

namespace occy::pipeline {
namespace {

std::uint64_t bytes_of(const SearchMatch& match) noexcept {
  return sizeof(SearchMatch) + match.path.size() + match.link.size() + (match.line ? match.line->text.size() : 0);
}

}  // namespace

std::size_t TreeSearch::run(unsigned workers) {
  run_crew(workers, options_.stop, [this](const std::stop_token& stop) {
    while (const auto reader = supply_.next(stop)) search_layer(*reader, stop);
  });
  const ImageDescription& image = input_.describe();
  return tell(image.config ? *image.config : input_.config());
}

void TreeSearch::search_layer(LayerReader& reader, const std::stop_token& stop) {
  LayerFindings findings{.info = reader.info(),
                         .entries = tree::LayerEntries(layer_name(reader.info()), options_.limits)};
  LayerSearch look(
      patterns_, [&](std::size_t ordinal, SearchMatch match) { hold(findings, ordinal, std::move(match)); },
      &findings.entries);
  const Digest diff_id = walk(reader, look, stop);
  const std::scoped_lock lock(mutex_);
  layers_.emplace(diff_id, std::move(findings));
}

// A source that does not say which layer this is, is read to the end: the digest says it.
Digest TreeSearch::walk(LayerReader& reader, LayerSearch& look, const std::stop_token& stop) const {
  const LayerInfo& layer = reader.info();
  if (layer.diff_id) {
    walk_layer(reader, options_.limits, stop, look);
    return *layer.diff_id;
  }
  tree::EntryStream entries(layer_name(layer), look, options_.limits);
  const LayerFacts facts =
      pump(reader, options_.limits, stop, {.plain = [&](Block block) { entries.push(block); }, .stored = {}});
  entries.finish();
  return facts.record.diff_id;
}

void TreeSearch::hold(LayerFindings& findings, std::size_t ordinal, SearchMatch match) {
  const std::uint64_t size = bytes_of(match);
  if (held_bytes_ += size; held_bytes_ > options_.limits.tree_text_bytes)
    throw Error(Errc::limit, Side::input,
                {.subject = layer_name(findings.info),
                 .what = "too many matches to wait for the final tree",
                 .expected = "up to " + std::to_string(options_.limits.tree_text_bytes) + " bytes",
                 .found = "more",
                 .hint = "search every layer, or for less"});
  findings.matches.emplace_back(ordinal, std::move(match));
}

const TreeSearch::LayerFindings& TreeSearch::layer(const Digest& diff_id) const {
  const auto found = layers_.find(diff_id);
  if (found != layers_.end()) return found->second;
  throw Error(Errc::not_found, Side::input,
              {.subject = input_.describe().source,
               .what = "a layer that the config lists never came",
               .expected = diff_id.str()});
}

std::size_t TreeSearch::tell(const ImageConfig& config) const {
  tree::MergedTree tree(options_.limits);
  for (const Digest& diff_id : config.diff_ids()) tree.apply(layer(diff_id).entries);
  const auto wanted = options_.scope == SearchOptions::Scope::visible ? tree::Fate::visible : tree::Fate::gone;
  std::size_t told = 0;
  for (std::size_t index = 0; index < config.diff_ids().size(); ++index) {
    const LayerFindings& findings = layer(config.diff_ids()[index]);
    SearchedLayer searched{.number = index, .info = findings.info};
    searched.info.diff_id = config.diff_ids()[index];
    if (const HistoryEntry* step = history_of_layer(config, index)) searched.created_by = step->created_by;
    for (const auto& [ordinal, match] : findings.matches) {
      if (tree.fate(index, ordinal) != wanted) continue;
      on_match_(searched, match);
      ++told;
    }
  }
  return told;
}

}  // namespace occy::pipeline
