// match/regex.hpp: regular expressions over foreign text, in linear time.
//
// Syntax: RE2's (github.com/google/re2/wiki/Syntax), which is Perl's without what cannot be had in linear time.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "occy/result.hpp"

namespace occy::match {

/// A regular expression. One object may be used by several threads at once.
///
/// Pattern and text are UTF-8. A byte of the text that is part of no character is matched by \C alone; everything
/// around it is found all the same.
class Regex {
 public:
  /// Refuses what RE2 does, and what would need more than a few MiB. The error's position is where the part that was
  /// refused begins.
  [[nodiscard]] static result<Regex> parse(std::string_view pattern);

  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  ~Regex();

  /// Whether it matches somewhere in `text`. Time is linear in the length of the text.
  [[nodiscard]] bool found_in(std::string_view text) const { return find(text, 0, text.size()).has_value(); }

  /// Where its leftmost match between `from` and `to` begins. What stands around it in `text` decides what is the
  /// beginning of a text or of a word, and is not part of a match.
  [[nodiscard]] std::optional<std::size_t> find(std::string_view text, std::size_t from, std::size_t to) const;

 private:
  struct Engine;
  explicit Regex(std::unique_ptr<Engine> engine) noexcept;

  std::unique_ptr<Engine> engine_;
};

}  // namespace occy::match
