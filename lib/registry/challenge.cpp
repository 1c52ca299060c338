#include "registry/challenge.hpp"

#include <algorithm>
#include <optional>

namespace occy::registry {
namespace {

constexpr std::size_t kMostFieldBytes = std::size_t{16} << 10U;
constexpr std::size_t kMostOffered = 16;
constexpr std::size_t kMostParameters = 32;

bool is_alphanumeric(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_token_character(char c) noexcept {
  return is_alphanumeric(c) || std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

bool is_token68_character(char c) noexcept {
  return is_alphanumeric(c) || std::string_view{"-._~+/"}.find(c) != std::string_view::npos;
}

bool is_space(char c) noexcept { return c == ' ' || c == '\t'; }

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

/// Reads a field from its beginning to its end; each function takes what it finds at the position, or nothing.
class ChallengeReader {
 public:
  explicit ChallengeReader(std::string_view field) : field_(field) {}

  result<std::vector<Challenge>> read() {
    for (skip_commas(); at_ < field_.size(); skip_commas()) {
      if (!read_element()) return ParseError{std::move(fault_), at_};
      skip_spaces();
      if (at_ < field_.size() && field_[at_] != ',') return ParseError{"expected a comma", at_};
    }
    return std::move(challenges_);
  }

 private:
  // What stands between two commas: a parameter of the challenge before, or a new challenge with or without its first
  // parameter.
  [[nodiscard]] bool read_element() {
    if (!challenges_.empty() && begins_parameter()) return read_parameter();
    const std::string_view scheme = take(is_token_character);
    if (scheme.empty()) return refuse("expected a scheme or a parameter");
    if (challenges_.size() == kMostOffered) return refuse("more than 16 challenges");
    challenges_.push_back({.scheme = lower_case(scheme)});
    const std::size_t before = at_;
    skip_spaces();
    if (at_ == before || at_ == field_.size() || field_[at_] == ',') return true;
    return begins_parameter() ? read_parameter() : read_token68();
  }

  // `name = value`; "abc=" and "abc==" are token68.
  [[nodiscard]] bool begins_parameter() {
    const std::size_t before = at_;
    const bool named = !take(is_token_character).empty() && take_equals();
    const bool valued = at_ < field_.size() && (field_[at_] == '"' || is_token_character(field_[at_]));
    at_ = before;
    return named && valued;
  }

  [[nodiscard]] bool read_parameter() {
    std::string name = lower_case(take(is_token_character));
    (void)take_equals();
    std::optional<std::string> value = field_[at_] == '"' ? take_quoted() : std::string(take(is_token_character));
    if (!value) return refuse("a quoted string has no end");
    auto& parameters = challenges_.back().parameters;
    if (parameters.size() == kMostParameters) return refuse("more than 32 parameters");
    const auto is_same = [&](const auto& other) { return other.first == name; };
    if (std::ranges::any_of(parameters, is_same)) return refuse("the parameter \"" + name + "\" comes twice");
    parameters.emplace_back(std::move(name), std::move(*value));
    return true;
  }

  [[nodiscard]] bool read_token68() {
    if (take(is_token68_character).empty()) return refuse("expected a parameter");
    while (at_ < field_.size() && field_[at_] == '=') ++at_;
    return true;
  }

  std::optional<std::string> take_quoted() {
    std::string value;
    for (++at_; at_ < field_.size(); ++at_) {
      if (field_[at_] == '"') {
        ++at_;
        return value;
      }
      if (field_[at_] == '\\' && ++at_ == field_.size()) break;
      value += field_[at_];
    }
    return std::nullopt;
  }

  bool take_equals() {
    skip_spaces();
    if (at_ == field_.size() || field_[at_] != '=') return false;
    ++at_;
    skip_spaces();
    return true;
  }

  std::string_view take(bool (*belongs)(char) noexcept) {
    const std::size_t begin = at_;
    while (at_ < field_.size() && belongs(field_[at_])) ++at_;
    return field_.substr(begin, at_ - begin);
  }

  void skip_spaces() { (void)take(is_space); }
  void skip_commas() {
    while (at_ < field_.size() && (is_space(field_[at_]) || field_[at_] == ',')) ++at_;
  }

  bool refuse(std::string fault) {
    fault_ = std::move(fault);
    return false;
  }

  std::string_view field_;
  std::size_t at_ = 0;
  std::string fault_;
  std::vector<Challenge> challenges_;
};

}  // namespace

std::string_view Challenge::parameter(std::string_view name) const noexcept {
  for (const auto& [key, value] : parameters)
    if (key == name) return value;
  return {};
}

result<std::vector<Challenge>> parse_challenges(std::string_view field) {
  if (field.size() > kMostFieldBytes) return ParseError{"longer than 16 KiB", kMostFieldBytes};
  return ChallengeReader(field).read();
}

}  // namespace occy::registry
