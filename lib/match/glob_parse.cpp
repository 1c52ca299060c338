#include <algorithm>
#include <optional>

#include "match/glob.hpp"
#include "model/utf8.hpp"

namespace occy::match {
namespace {

constexpr Symbol kLoneByte = 0x110000;

using Kind = GlobToken::Kind;

class Parser {
 public:
  explicit Parser(std::string_view pattern) : pattern_(pattern), rest_(pattern) { trim(); }

  result<std::vector<GlobToken>> run() {
    if (rest_.empty()) return refusal("expected a pattern, found nothing");
    while (!rest_.empty()) {
      if (auto failed = take_token()) return *failed;
      if (tokens_.size() > Glob::kMostTokens)
        return refusal("expected at most " + std::to_string(Glob::kMostTokens) + " characters, found more");
    }
    return std::move(tokens_);
  }

 private:
  using Failure = std::optional<ParseError>;

  // What paths are without, too.
  void trim() {
    while (rest_.starts_with('/') || rest_.starts_with("./")) rest_.remove_prefix(rest_.starts_with('/') ? 1 : 2);
    while (rest_.ends_with('/')) rest_.remove_suffix(1);
  }

  [[nodiscard]] ParseError refusal(std::string message) const {
    return {"glob: " + std::move(message), static_cast<std::size_t>(rest_.data() - pattern_.data())};
  }

  [[nodiscard]] bool at_component() const {
    return tokens_.empty() || tokens_.back().kind == Kind::directories ||
           (tokens_.back().kind == Kind::literal && tokens_.back().symbol == kSlash);
  }

  Failure take_token() {
    switch (rest_.front()) {
      case '*':
        take_stars();
        return {};
      case '?':
        rest_.remove_prefix(1);
        tokens_.push_back({.kind = Kind::any_symbol});
        return {};
      case '[':
        return take_class();
      default:
        return take_literal();
    }
  }

  void take_stars() {
    const auto stars = std::min(rest_.find_first_not_of('*'), rest_.size());
    rest_.remove_prefix(stars);
    if (stars == 1) return tokens_.push_back({.kind = Kind::any_run});
    if (!at_component() || !rest_.starts_with('/')) return tokens_.push_back({.kind = Kind::any_path});
    rest_.remove_prefix(1);
    tokens_.push_back({.kind = Kind::directories});
  }

  Failure take_literal() {
    Symbol symbol = 0;
    if (auto failed = take_escaped(symbol)) return failed;
    tokens_.push_back({.kind = Kind::literal, .symbol = symbol});
    return {};
  }

  Failure take_escaped(Symbol& symbol) {
    if (rest_ == "\\") return refusal("expected a character after \\, found the end");
    if (rest_.starts_with('\\')) rest_.remove_prefix(1);
    symbol = take_symbol(rest_);
    return {};
  }

  Failure take_class() {
    const ParseError unclosed = refusal("expected ] after [, found the end");
    rest_.remove_prefix(1);
    const bool negated = rest_.starts_with('!') || rest_.starts_with('^');
    if (negated) rest_.remove_prefix(1);
    GlobToken token{.kind = negated ? Kind::none_of : Kind::one_of};
    // A ] that comes first is one of the characters.
    for (bool first = true; first || !rest_.starts_with(']'); first = false) {
      if (rest_.empty()) return unclosed;
      if (auto failed = take_range(token)) return failed;
    }
    rest_.remove_prefix(1);
    tokens_.push_back(std::move(token));
    return {};
  }

  Failure take_range(GlobToken& token) {
    if (rest_.starts_with("[:")) return refusal("classes with a name, such as [:alpha:], are not known");
    const ParseError backwards = refusal("expected a range that runs forward");
    Symbol first = 0;
    if (auto failed = take_escaped(first)) return failed;
    Symbol last = first;
    if (rest_.size() > 1 && rest_[0] == '-' && rest_[1] != ']') {
      rest_.remove_prefix(1);
      if (auto failed = take_escaped(last)) return failed;
    }
    if (last < first) return backwards;
    token.ranges.emplace_back(first, last);
    return {};
  }

  std::string_view pattern_;
  std::string_view rest_;
  std::vector<GlobToken> tokens_;
};

}  // namespace

Symbol take_symbol(std::string_view& text) noexcept {
  const auto byte = static_cast<unsigned char>(text.front());
  const Utf8Character character = byte < 0x80 ? Utf8Character{byte, 1} : utf8_at(text, 0);
  text.remove_prefix(std::max<std::size_t>(character.length, 1));
  return character.length == 0 ? kLoneByte + byte : character.code_point;
}

bool GlobToken::accepts(Symbol found) const noexcept {
  switch (kind) {
    case Kind::literal:
      return found == symbol;
    case Kind::any_symbol:
    case Kind::any_run:
      return found != kSlash;
    case Kind::any_path:
    case Kind::directories:
      return true;
    case Kind::one_of:
    case Kind::none_of:
      break;
  }
  if (found == kSlash) return false;
  const bool listed = std::any_of(ranges.begin(), ranges.end(),
                                  [found](const auto& range) { return found >= range.first && found <= range.second; });
  return listed == (kind == Kind::one_of);
}

result<std::vector<GlobToken>> parse_glob(std::string_view pattern) { return Parser(pattern).run(); }

}  // namespace occy::match
