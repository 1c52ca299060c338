// tar/entry_search.hpp: which entries of a layer a pattern finds, and what is told of them.
#pragma once

#include <optional>
#include <string>

#include "match/path_pattern.hpp"
#include "occy/search_match.hpp"
#include "tar/entry.hpp"

namespace occy::tar {

/// For one layer; the pattern is borrowed.
class EntrySearch {
 public:
  explicit EntrySearch(const match::PathPattern& pattern) : pattern_(pattern) {}

  /// A whiteout is found by what it hides, an opaque marker by its directory; both also by their own names. The root
  /// directory is never found.
  [[nodiscard]] std::optional<SearchMatch> look_at(const Entry& entry);

 private:
  const match::PathPattern& pattern_;
  std::string storage_;
  std::string hidden_;
};

}  // namespace occy::tar
