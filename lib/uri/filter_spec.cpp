#include "uri/filter_spec.hpp"

#include <algorithm>
#include <optional>

namespace occy::uri {
namespace {

constexpr std::string_view kKeyCharacters = "abcdefghijklmnopqrstuvwxyz-_";

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  result<FilterSpec> run() {
    if (const auto nul = text_.find('\0'); nul != std::string_view::npos) return ParseError{"NUL in a filter", nul};
    const auto colon = std::min(text_.find(':'), text_.size());
    if (colon == 0 || text_.empty()) return ParseError{"expected NAME[:KEY=VALUE…]", 0};
    spec_.name = text_.substr(0, colon);
    if (colon == text_.size()) return std::move(spec_);
    position_ = colon + 1;
    do
      if (auto failed = take_option()) return *failed;
    while (take(','));
    if (position_ != text_.size()) return here("expected a comma after a value in quotes");
    return std::move(spec_);
  }

 private:
  using Failure = std::optional<ParseError>;

  [[nodiscard]] ParseError here(std::string message) const { return {std::move(message), position_}; }

  bool take(char expected) {
    if (position_ == text_.size() || text_[position_] != expected) return false;
    ++position_;
    return true;
  }

  Failure take_option() {
    const auto end = std::min(text_.find_first_not_of(kKeyCharacters, position_), text_.size());
    if (end != position_ && end != text_.size() && text_[end] == '=') {
      spec_.options.emplace_back(text_.substr(position_, end - position_), "");
      position_ = end + 1;
    } else if (spec_.options.empty()) {
      return here("expected KEY=VALUE");
    } else {
      spec_.options.emplace_back(spec_.options.back().first, "");
    }
    return take_value(spec_.options.back().second);
  }

  Failure take_value(std::string& value) {
    const bool quoted = position_ != text_.size() && (text_[position_] == '\'' || text_[position_] == '"');
    const char last = quoted ? text_[position_++] : ',';
    const auto end = text_.find(last, position_);
    if (quoted && end == std::string_view::npos) return here(std::string("expected a closing ") + last);
    value = text_.substr(position_, end - position_);
    position_ = std::min(end, text_.size()) + (quoted ? 1 : 0);
    return {};
  }

  std::string_view text_;
  std::size_t position_ = 0;
  FilterSpec spec_;
};

}  // namespace

result<FilterSpec> FilterSpec::parse(std::string_view text) { return Parser(text).run(); }

}  // namespace occy::uri
