#include "registry/error_body.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "model/json.hpp"

namespace occy::registry {
namespace {

// Longer words bury what a reader needs.
constexpr std::size_t kMostWords = 400;

// The bytes of a character after its first; what has more of them is no UTF-8.
constexpr std::size_t kMostContinued = 3;

// A registry says one thing, or a few.
constexpr std::size_t kMostErrors = 16;

bool is_space_or_control(char c) { return static_cast<unsigned char>(c) <= 0x20 || c == '\x7f'; }

/// Control bytes become spaces, runs of space one; cut where it gets long, never within a character.
std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool begins_character = (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
    if (line.size() >= kMostWords + (begins_character ? 0 : kMostContinued)) break;
    if (!is_space_or_control(c))
      line += c;
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

std::string text_of(const boost::json::value& value, std::string_view key) {
  const auto* found = json::member(value, key);
  if (found == nullptr) return {};
  return found->is_string() ? std::string(found->get_string()) : boost::json::serialize(*found);
}

/// "unauthorized: authentication required"; the code only where there is no message, the detail only where it is a
/// text.
std::string words_of(const boost::json::value& error) {
  std::string words = text_of(error, "message");
  if (words.empty()) words = text_of(error, "code");
  const auto* detail = json::member(error, "detail");
  if (detail != nullptr && detail->is_string() && !detail->get_string().empty())
    words += ": " + std::string(detail->get_string());
  return words;
}

ErrorBody read_errors(const boost::json::array& errors) {
  ErrorBody body;
  for (std::size_t i = 0; i < std::min(errors.size(), kMostErrors); ++i) {
    if (std::string code = text_of(errors[i], "code"); !code.empty()) body.codes.push_back(std::move(code));
    if (const std::string words = words_of(errors[i]); !words.empty())
      body.words += (body.words.empty() ? "" : "; ") + words;
  }
  return body;
}

/// Registries that do not follow the specification say it in one of these.
std::string other_words(const boost::json::value& document) {
  for (const char* key : {"message", "error_description", "error", "details"})
    if (const auto* text = json::member(document, key); text != nullptr && text->is_string())
      return std::string(text->get_string());
  return {};
}

ErrorBody read_body(std::string_view body, const Limits& limits) {
  const auto document = json::parse(body, limits);
  if (!document || !document->is_object()) return {.words = std::string(body)};
  const auto* errors = json::member(*document, "errors");
  if (errors != nullptr && errors->is_array()) return read_errors(errors->get_array());
  return {.words = other_words(*document)};
}

}  // namespace

bool ErrorBody::has(std::string_view code) const noexcept {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

ErrorBody parse_error_body(std::string_view body, const Secrets& secrets, const Limits& limits) {
  body = body.substr(0, limits.error_body_bytes);
  if (is_html(body)) return {.words = "an HTML page"};
  ErrorBody said = read_body(body, limits);
  said.words = secrets.covered(std::move(said.words));
  said.words = secrets.are_hinted_at(said.words) ? "words that repeat a secret" : one_line(said.words);
  return said;
}

bool is_html(std::string_view body) noexcept {
  const std::size_t begin = body.find_first_not_of(" \t\r\n");
  return begin != std::string_view::npos && body[begin] == '<';
}

}  // namespace occy::registry
