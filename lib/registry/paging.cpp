#include "registry/paging.hpp"

#include <boost/json/array.hpp>
#include <set>

#include "model/json.hpp"

namespace occy::registry {
namespace {

/// Who filters after having cut the list into pages has an empty one now and then. Pages that list something come to an
/// end by the caller's cap.
constexpr std::size_t kMostEmptyPages = 100;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string without_space_in_lower(std::string_view text) {
  std::string result;
  for (const char c : text)
    if (c != ' ' && c != '\t') result += lower(c);
  return result;
}

/// `parameters` begin with a semicolon. The value may be a list of relations.
bool is_next(std::string_view parameters) {
  const std::string text = without_space_in_lower(parameters);
  for (std::size_t at = text.find(";rel="); at != std::string::npos; at = text.find(";rel=", at + 1)) {
    const std::string_view value = std::string_view(text).substr(at + 5);
    if (value.starts_with("\"next\"") || value == "next" || value.starts_with("next;")) return true;
  }
  return false;
}

/// Where the parameters end: at a comma that stands in no quoted string.
std::size_t end_of_link(std::string_view text) {
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      quoted = !quoted;
    else if (text[i] == ',' && !quoted)
      return i;
  }
  return text.size();
}

[[noreturn]] void refuse_pages(const Conversation& talk, const Question& question, const char* what) {
  throw Error(Errc::refused, talk.address().account.side, {.subject = question.subject, .what = what});
}

http::Url follow_link(const Conversation& talk, const Question& question, const Reply& reply, const std::string& link) {
  auto url = http::resolve(reply.answer->url(), link);
  if (!url) refuse_pages(talk, question, "the registry names a next page that cannot be understood");
  if (url->origin != question.url.origin)
    refuse_pages(talk, question, "the registry names a next page on another server");
  return std::move(*url);
}

}  // namespace

std::string next_link(std::string_view field) {
  while (true) {
    const std::size_t open = field.find('<');
    const std::size_t close = field.find('>', open == std::string_view::npos ? 0 : open);
    if (open == std::string_view::npos || close == std::string_view::npos) return {};
    const std::string_view rest = field.substr(close + 1);
    const std::size_t end = end_of_link(rest);
    if (is_next(rest.substr(0, end))) return std::string(field.substr(open + 1, close - open - 1));
    field = rest.substr(end);
  }
}

result<std::vector<std::string>> parse_tags(std::string_view body, const Limits& limits) {
  const auto document = json::parse(body, limits);
  if (!document) return document.error();
  if (!document->is_object()) return ParseError{.message = "tags: expected an object"};
  return json::string_list_member(*document, "tags", "tags");
}

void for_each_page(const Conversation& talk, Question question, const char* missing, const OnPage& on_page) {
  std::set<Digest> seen;  // of targets, which may be long
  std::size_t listed = 0;
  while (true) {
    if (!seen.insert(sha256(question.url.target)).second)
      refuse_pages(talk, question, "the pages of the registry's list lead in a circle");
    if (seen.size() > listed + kMostEmptyPages) refuse_pages(talk, question, "the registry's list has no end");
    const Document page = talk.read(question, talk.limits().document_bytes);
    if (page.reply.status() != 200) talk.refuse(question, page.reply, missing);
    listed += on_page(page.body);
    const std::string link = next_link(page.reply.field("Link"));
    if (link.empty()) return;
    question.url = follow_link(talk, question, page.reply, link);
  }
}

}  // namespace occy::registry
