// The only source that knows RE2.
#include "match/regex.hpp"

#include <re2/re2.h>

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

}  // namespace

struct Regex::Engine {
  explicit Engine(std::string_view pattern) : expression(re2::StringPiece(pattern.data(), pattern.size()), options()) {}
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

bool Regex::found_in(std::string_view text) const {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), engine_->expression);
}

}  // namespace occy::match
