// cli/filters.hpp: the filters of `process`.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "match_report.hpp"
#include "occy/filter.hpp"
#include "opener.hpp"
#include "settings.hpp"

namespace occy::cli {

/// Filters as the options name them, in their order, and what their searches find.
class Filters {
 public:
  /// Reads SOURCE_DATE_EPOCH when there is a filter. Throws as open_filter() does; Error (side: usage): Errc::bad_text
  /// for a SOURCE_DATE_EPOCH that is no number. `opener`, for the image of keep-base=, is borrowed.
  Filters(const std::vector<std::string>& specs, Format format, Opener& opener);

  /// Borrowed from here.
  [[nodiscard]] std::vector<ImageFilter*> pointers() const;

  /// Writes what is left of the matches.
  void flush();

 private:
  [[nodiscard]] OnMatch take_matches(MatchStyle style);

  Format format_;
  Opener& opener_;
  std::vector<std::unique_ptr<MatchPrinter>> printers_;
  std::vector<std::unique_ptr<ImageFilter>> filters_;
};

}  // namespace occy::cli
