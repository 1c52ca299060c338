// cli/match_report.hpp: what a search has found, for people and for programs.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "occy/search_match.hpp"

namespace occy::cli {

enum class MatchForm {
  text,    ///< below a line for each layer
  script,  ///< a line for each match, columns between tabs
  json,    ///< an object a line
};

/// Writes matches to standard output as they come, some at a time.
class MatchPrinter {
 public:
  explicit MatchPrinter(MatchForm form) : form_(form) {}

  /// Throws as write_data() does.
  void take(const SearchedLayer& layer, const SearchMatch& match);

  /// Writes what is left.
  void flush();

 private:
  [[nodiscard]] std::string text_of(const SearchedLayer& layer, const SearchMatch& match);

  MatchForm form_;
  std::optional<std::size_t> layer_;  ///< the one that the matches are below
  std::string waiting_;
};

}  // namespace occy::cli
