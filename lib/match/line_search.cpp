#include "match/line_search.hpp"

#include <algorithm>
#include <utility>

namespace occy::match {
namespace {

// What is told before the match, where not all can be.
constexpr std::size_t kBefore = 128;

std::string_view text_of(Block bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

}  // namespace

void LineSearch::push(Block bytes) {
  std::string_view text = text_of(bytes);
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return carry(text);
    end_line(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
}

void LineSearch::finish() {
  if (!carried_.empty()) end_line({});
}

void LineSearch::carry(std::string_view part) {
  while (!part.empty()) {
    const auto count = std::min(kWindow - carried_.size(), part.size());
    carried_ += part.substr(0, count);
    part.remove_prefix(count);
    if (carried_.size() == kWindow) pass_window();
  }
}

void LineSearch::end_line(std::string_view rest) {
  std::uint64_t size = rest.size();
  if (carried_.empty()) {
    search(rest, 0, rest.size());
  } else {
    carry(rest);
    search(carried_, has_context_ ? 1 : 0, carried_.size());
    size = carried_.size();
  }
  offset_ += size + 1;
  ++number_;
  carried_.clear();
  has_context_ = false;
  told_ = false;
}

// Neither the beginning nor the end of a window in the middle of a line is one of the line's: a byte on either side,
// which is only looked at, tells so.
void LineSearch::pass_window() {
  search(carried_, has_context_ ? 1 : 0, carried_.size() - 1);
  const std::size_t done = carried_.size() - kOverlap - 1;  // and the byte of context
  carried_.erase(0, done);
  offset_ += done;
  has_context_ = true;
}

void LineSearch::search(std::string_view text, std::size_t from, std::size_t to) {
  if (told_) return;
  const auto match = regex_.find(text, from, to);
  if (!match) return;
  told_ = true;
  const std::size_t begin =
      text.size() <= kMostText && from == 0 ? 0 : std::max(from, *match - std::min(*match, kBefore));
  on_line_({.number = number_, .offset = offset_ + begin, .text = std::string(text.substr(begin, kMostText))});
}

}  // namespace occy::match
