// pipeline/layer_search.hpp: what a search finds in one layer.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "match/line_search.hpp"
#include "match/path_pattern.hpp"
#include "occy/search.hpp"
#include "pipeline/layer_walk.hpp"
#include "tar/entry_search.hpp"
#include "tree/layer_entries.hpp"

namespace occy::pipeline {

/// What is looked for.
struct SearchPatterns {
  /// Throws Error (side: usage): Errc::bad_text.
  explicit SearchPatterns(const SearchOptions& options);

  match::PathPattern path;
  std::optional<match::Regex> content = {};
};

/// Looks at the entries of one layer.
class LayerSearch final : public EntryLook {
 public:
  /// `ordinal` is that of the entry in its layer.
  using Found = std::function<void(std::size_t ordinal, SearchMatch match)>;

  /// Borrows `patterns`, and `noted`, which may be null: it is told every entry.
  LayerSearch(const SearchPatterns& patterns, Found found, tree::LayerEntries* noted = nullptr);

  void begin_entry(const Entry& entry, std::span<const tar::SparseRun> runs) override;
  void take_data(Block bytes) override;
  void end_entry() override;
  bool wants_data() const noexcept override { return lines_.has_value(); }

 private:
  const SearchPatterns& patterns_;
  Found found_;
  tree::LayerEntries* noted_;
  tar::EntrySearch entries_;
  std::size_t next_ = 0;
  std::optional<match::LineSearch> lines_;
};

}  // namespace occy::pipeline
