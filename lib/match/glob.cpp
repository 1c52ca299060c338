#include "match/glob.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <utility>

namespace occy::match {
namespace {

using Kind = GlobToken::Kind;

// Matches nothing, one or many symbols.
bool repeats(const GlobToken& token) noexcept {
  return token.kind == Kind::any_run || token.kind == Kind::any_path || token.kind == Kind::directories;
}

bool crosses(const GlobToken& token) noexcept {
  return token.kind == Kind::directories || token.kind == Kind::any_path ||
         (token.kind == Kind::literal && token.symbol == kSlash);
}

// The character of a literal that is one byte long.
bool is_ascii(const GlobToken& token) noexcept { return token.kind == Kind::literal && token.symbol < 0x80; }

}  // namespace

// Every place in the pattern at which the path that was fed so far may have arrived, as one bit each: all ways are gone
// at once, so none is gone twice.
class Glob::States {
 public:
  // Only the words that the pattern needs are ever touched: paths are short, and many.
  explicit States(const std::vector<GlobToken>& tokens) : tokens_(tokens), words_(tokens.size() / 64 + 1) {
    std::fill_n(here_.begin(), words_, 0);
    enter(0, here_);
  }

  void feed(Symbol symbol) {
    std::fill_n(next_.begin(), words_, 0);
    for (std::size_t word = 0; word < words_; ++word)
      for (std::uint64_t left = here_[word]; left != 0; left &= left - 1)
        step(word * 64 + static_cast<std::size_t>(std::countr_zero(left)), symbol, next_);
    std::copy_n(next_.begin(), words_, here_.begin());
  }

  [[nodiscard]] bool has(std::size_t place) const noexcept { return (here_[place / 64] >> place % 64U & 1U) != 0; }
  [[nodiscard]] bool at_end() const noexcept { return has(tokens_.size()); }
  [[nodiscard]] bool dead() const noexcept {
    return std::all_of(here_.begin(), here_.begin() + static_cast<std::ptrdiff_t>(words_),
                       [](std::uint64_t word) { return word == 0; });
  }

 private:
  using Bits = std::array<std::uint64_t, kMostTokens / 64 + 1>;

  static void set(std::size_t place, Bits& bits) noexcept { bits[place / 64] |= std::uint64_t{1} << place % 64U; }

  void enter(std::size_t place, Bits& bits) const noexcept {
    set(place, bits);
    while (place < tokens_.size() && repeats(tokens_[place])) set(++place, bits);
  }

  void step(std::size_t place, Symbol symbol, Bits& next) const noexcept {
    if (place == tokens_.size() || !tokens_[place].accepts(symbol)) return;
    const GlobToken& token = tokens_[place];
    if (!repeats(token)) return enter(place + 1, next);
    if (token.kind != Kind::directories) return enter(place, next);
    // Within a directory's name it cannot end.
    set(place, next);
    if (symbol == kSlash) enter(place + 1, next);
  }

  const std::vector<GlobToken>& tokens_;
  std::size_t words_;
  Bits here_;
  Bits next_;
};

Glob::Glob(std::vector<GlobToken> tokens, bool leading_slash)
    : tokens_(std::move(tokens)),
      head_(literal_head()),
      tail_(literal_tail()),
      is_for_paths_(leading_slash || std::any_of(tokens_.begin(), tokens_.end(), crosses)) {}

result<Glob> Glob::parse(std::string_view pattern) {
  auto tokens = parse_glob(pattern);
  if (!tokens) return tokens.error();
  return Glob(*std::move(tokens), pattern.starts_with('/') || pattern.starts_with("./"));
}

std::string Glob::literal_head() const {
  std::string head;
  for (auto token = tokens_.begin(); token != tokens_.end() && is_ascii(*token); ++token)
    head += static_cast<char>(token->symbol);
  return head;
}

std::string Glob::literal_tail() const {
  std::string tail;
  for (auto token = tokens_.rbegin(); token != tokens_.rend() && is_ascii(*token); ++token)
    tail += static_cast<char>(token->symbol);
  return {tail.rbegin(), tail.rend()};
}

bool Glob::matches(std::string_view path) const {
  if (!path.starts_with(head_) || !path.ends_with(tail_)) return false;
  States states(tokens_);
  while (!path.empty() && !states.dead()) states.feed(take_symbol(path));
  return path.empty() && states.at_end();
}

bool Glob::matches_with_parents(std::string_view path) const {
  if (!path.starts_with(head_) || path.find(tail_) == std::string_view::npos) return false;
  States states(tokens_);
  while (!path.empty() && !states.dead()) {
    if (path.front() == '/' && states.at_end()) return true;
    states.feed(take_symbol(path));
  }
  return path.empty() && states.at_end();
}

bool Glob::matches_all_below(std::string_view directory) const {
  if (matches_with_parents(directory)) return true;
  const Kind last = tokens_.back().kind;
  if (last != Kind::any_run && last != Kind::any_path) return false;
  States states(tokens_);
  for (std::string_view rest = directory; !rest.empty();) states.feed(take_symbol(rest));
  if (!directory.empty()) states.feed(kSlash);
  return states.has(tokens_.size() - 1);
}

}  // namespace occy::match
