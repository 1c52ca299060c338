// match/line_search.hpp: finds the lines of a stream in which a regular expression matches, in bounded memory.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "match/regex.hpp"
#include "occy/digest.hpp"
#include "occy/search_match.hpp"

namespace occy::match {

/// One stream. Lines end with a line feed; the last one may lack it. A line that is longer than kWindow is searched in
/// windows that overlap: a match of up to kOverlap bytes is found wherever it stands, and such a line is told once.
class LineSearch {
 public:
  using OnLine = std::function<void(SearchMatch::Line)>;

  static constexpr std::size_t kWindow = std::size_t{64} * 1024;
  static constexpr std::size_t kOverlap = std::size_t{4} * 1024;

  /// Of a longer line only a part of this length is told.
  static constexpr std::size_t kMostText = 1024;

  /// The expression is borrowed.
  LineSearch(const Regex& regex, OnLine on_line) : regex_(regex), on_line_(std::move(on_line)) {}

  void push(Block bytes);
  void finish();

 private:
  void carry(std::string_view part);
  void end_line(std::string_view rest);
  void search(std::string_view text, std::size_t from, std::size_t to);
  void pass_window();

  const Regex& regex_;
  OnLine on_line_;
  std::string carried_;       // the line so far, or its last window
  bool has_context_ = false;  // the first byte carried is of the window before
  bool told_ = false;         // this line was
  std::uint64_t number_ = 1;  // of this line
  std::uint64_t offset_ = 0;  // of what is carried, or of the next byte
};

}  // namespace occy::match
