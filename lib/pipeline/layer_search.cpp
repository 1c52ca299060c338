#include "pipeline/layer_search.hpp"

#include <string>
#include <utility>

#include "occy/error.hpp"

namespace occy::pipeline {
namespace {

template <class Pattern>
Pattern value_of(result<Pattern> parsed, const std::string& text) {
  if (parsed) return std::move(*parsed);
  throw Error(
      Errc::bad_text, Side::usage,
      {.subject = text, .what = parsed.error().message + " at byte " + std::to_string(parsed.error().position)});
}

}  // namespace

SearchPatterns::SearchPatterns(const SearchOptions& options)
    : path(value_of(match::PathPattern::parse(options.pattern, options.syntax), options.pattern)) {
  if (options.content) content.emplace(value_of(match::Regex::parse(*options.content), *options.content));
}

LayerSearch::LayerSearch(const SearchPatterns& patterns, Found found, tree::LayerEntries* noted)
    : patterns_(patterns), found_(std::move(found)), noted_(noted), entries_(patterns.path) {}

void LayerSearch::begin_entry(const Entry& entry, std::span<const tar::SparseRun>) {
  const std::size_t ordinal = next_++;
  if (noted_ != nullptr) noted_->add(entry);
  auto match = entries_.look_at(entry);
  if (!match) return;
  if (!patterns_.content) return found_(ordinal, *std::move(match));
  if (entry.type != EntryType::file || match->kind != SearchMatch::Kind::entry) return;
  lines_.emplace(*patterns_.content, [this, ordinal, found = *std::move(match)](SearchMatch::Line line) {
    SearchMatch told = found;
    told.line = std::move(line);
    found_(ordinal, std::move(told));
  });
}

void LayerSearch::take_data(Block bytes) {
  if (lines_) lines_->push(bytes);
}

void LayerSearch::end_entry() {
  if (lines_) lines_->finish();
  lines_.reset();
}

}  // namespace occy::pipeline
