#include "occy/filters/search.hpp"

#include <optional>
#include <utility>

#include "match/ordered_matches.hpp"
#include "match/path_pattern.hpp"
#include "occy/error.hpp"
#include "tar/entry_search.hpp"

namespace occy {
namespace {

match::PathPattern parsed(const std::string& text, PatternSyntax syntax) {
  auto pattern = match::PathPattern::parse(text, syntax);
  if (pattern) return std::move(*pattern);
  throw Error(Errc::bad_text, Side::usage,
              {.subject = "search",
               .what = "pattern '" + text + "': " + pattern.error().message + " at byte " +
                       std::to_string(pattern.error().position)});
}

class SearchVisitor final : public EntryVisitor {
 public:
  SearchVisitor(const match::PathPattern& pattern, std::unique_ptr<match::OrderedMatches::Layer> matches)
      : search_(pattern), matches_(std::move(matches)) {}

  Verdict visit(Entry& entry) override {
    if (auto match = search_.look_at(entry)) matches_->add(*std::move(match));
    return Verdict::keep;
  }

  void finish() override { matches_->finish(); }

 private:
  tar::EntrySearch search_;
  std::unique_ptr<match::OrderedMatches::Layer> matches_;
};

}  // namespace

struct SearchFilter::State {
  State(match::PathPattern what, OnMatch on_match) : pattern(std::move(what)), matches(std::move(on_match)) {}

  match::PathPattern pattern;
  match::OrderedMatches matches;
  std::optional<ImageConfig> config = {};
};

SearchFilter::SearchFilter(const std::string& pattern, PatternSyntax syntax, OnMatch on_match)
    : state_(std::make_unique<State>(parsed(pattern, syntax), std::move(on_match))) {}
SearchFilter::~SearchFilter() = default;

void SearchFilter::begin(const ImageDescription& image) { state_->config = image.config; }

std::unique_ptr<EntryVisitor> SearchFilter::visit_layer(const LayerInfo& layer) {
  SearchedLayer searched{.info = layer};
  if (state_->config && layer.index)
    if (const HistoryEntry* step = history_of_layer(*state_->config, *layer.index))
      searched.created_by = step->created_by;
  return std::make_unique<SearchVisitor>(state_->pattern, state_->matches.open(std::move(searched)));
}

}  // namespace occy
