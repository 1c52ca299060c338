// match/glob.hpp: patterns of paths, as shells have them.
//
//   *        any characters within a component of the path    ?        one character of a component
//   **       any characters, also across components           [a-z]    one of these; [!a-z] or [^a-z] none of them
//   **/      at the beginning of a component: any number of directories, also none ("**/.git" is ".git" and "a/b/.git")
//   \x       x itself
//
// Names in layers are bytes. Where these are UTF-8, a character is a character; a byte that is part of none counts as
// one. No locale has a say, and a leading dot is nothing special.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "match/glob_token.hpp"
#include "occy/result.hpp"

namespace occy::match {

/// A pattern for whole paths. A plain value; one object may be used by several threads at once.
///
/// Paths and patterns are held against each other without a leading "/" or "./" and without a trailing "/": paths must
/// come so, of patterns it is cut off.
///
/// Cost: time in proportion to the length of the path, times that of the pattern at worst, whatever both hold.
class Glob {
 public:
  /// More than a pattern that somebody types or generates needs; it bounds the cost for each byte of a path.
  static constexpr std::size_t kMostTokens = 1'000;

  /// Refuses what is empty, `[` without `]`, ranges that run backwards, `[:class:]`, a `\` at the end, and more than
  /// kMostTokens tokens.
  [[nodiscard]] static result<Glob> parse(std::string_view pattern);

  [[nodiscard]] bool matches(std::string_view path) const;

  /// Whether the path, or one of the directories that it lies in, matches.
  [[nodiscard]] bool matches_with_parents(std::string_view path) const;

  /// Whether every path below this directory does, with its parents: "a/*" and "a/**" take all that is below "a".
  [[nodiscard]] bool matches_all_below(std::string_view directory) const;

  /// Whether it speaks of more than a name: it has a slash (a trailing one does not count) or two stars.
  [[nodiscard]] bool is_for_paths() const noexcept { return is_for_paths_; }

 private:
  class States;

  Glob(std::vector<GlobToken> tokens, bool leading_slash);

  [[nodiscard]] std::string literal_head() const;
  [[nodiscard]] std::string literal_tail() const;

  std::vector<GlobToken> tokens_;
  std::string head_;  // what each match begins with
  std::string tail_;  // what each match ends with
  bool is_for_paths_;
};

}  // namespace occy::match
