// The only source that knows RE2.
#include "match/regex.hpp"

#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <algorithm>
#include <string>
#include <utility>

namespace occy::match {
namespace {

// For the compiled expression and for what it remembers of the texts that it has met, each.
constexpr std::int64_t kMemory = std::int64_t{8} << 20U;

RE2::Options options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMemory);
  return options;
}

/// In RE2's own type: where it was built for C++14, Abseil's is not the standard's.
re2::StringPiece piece_of(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

struct Regex::Engine {
  explicit Engine(std::string_view pattern) : expression(piece_of(pattern), options()) {}
  RE2 expression;
};

Regex::Regex(std::unique_ptr<Engine> engine) noexcept : engine_(std::move(engine)) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

result<Regex> Regex::parse(std::string_view pattern) {
  auto engine = std::make_unique<Engine>(pattern);
  if (engine->expression.ok()) return Regex(std::move(engine));
  const std::size_t position = pattern.find(engine->expression.error_arg());
  return ParseError{"regular expression: " + engine->expression.error(),
                    position == std::string_view::npos ? 0 : position};
}

std::optional<std::size_t> Regex::find(std::string_view text, std::size_t from, std::size_t to) const {
  const RE2& expression = engine_->expression;
  const re2::StringPiece subject = piece_of(text);
  // To ask whether is a third of the cost of asking where, and the answer is mostly no.
  if (!expression.Match(subject, from, to, RE2::UNANCHORED, nullptr, 0)) return std::nullopt;
  re2::StringPiece match;
  (void)expression.Match(subject, from, to, RE2::UNANCHORED, &match, 1);
  return static_cast<std::size_t>(match.data() - text.data());
}

}  // namespace occy::match
