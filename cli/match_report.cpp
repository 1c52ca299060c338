#include "match_report.hpp"

#include <boost/json.hpp>
#include <string_view>

#include "json_name.hpp"
#include "occy/error.hpp"
#include "streams.hpp"
#include "text_report.hpp"

namespace occy::cli {
namespace {

namespace json = boost::json;

// As ls has them, and two for what only layers have.
struct TypeWords {
  std::string_view letter;
  std::string_view word;
};

TypeWords words_of(EntryType type) {
  switch (type) {
    case EntryType::file:
      return {"-", "file"};
    case EntryType::hard_link:
      return {"h", "hard-link"};
    case EntryType::symbolic_link:
      return {"l", "symbolic-link"};
    case EntryType::character_device:
      return {"c", "character-device"};
    case EntryType::block_device:
      return {"b", "block-device"};
    case EntryType::directory:
      return {"d", "directory"};
    case EntryType::fifo:
      return {"p", "fifo"};
    case EntryType::other:
      break;
  }
  return {"?", "other"};
}

TypeWords words_of(const SearchMatch& match) {
  switch (match.kind) {
    case SearchMatch::Kind::whiteout:
      return {"w", "whiteout"};
    case SearchMatch::Kind::opaque:
      return {"o", "opaque"};
    case SearchMatch::Kind::entry:
      break;
  }
  return words_of(match.type);
}

std::string layer_line(const SearchedLayer& layer) {
  const std::string digest = layer.info.diff_id ? layer.info.diff_id->short_hex() : "-";
  const std::string step = layer.created_by.empty() ? "" : "  " + step_text(layer.created_by);
  return "layer " + std::to_string(layer.number) + "  " + digest + step + "\n";
}

std::string match_line(const SearchMatch& match) {
  std::string line = "  " + std::string(words_of(match).letter) + "  " + printable(match.path);
  if (!match.link.empty()) line += " -> " + printable(match.link);
  if (match.line) line += ":" + std::to_string(match.line->number) + ": " + printable(match.line->text);
  return line + "\n";
}

// printable() leaves neither a tab nor a line feed.
std::string script_line(const SearchedLayer& layer, const SearchMatch& match) {
  std::string line = std::to_string(layer.number) + "\t" + (layer.info.diff_id ? layer.info.diff_id->str() : "") +
                     "\t" + std::string(words_of(match).word) + "\t" + printable(match.path) + "\t" +
                     printable(match.link);
  if (match.line) line += "\t" + std::to_string(match.line->number) + "\t" + printable(match.line->text);
  return line + "\n";
}

json::value line_value(const std::optional<SearchMatch::Line>& line) {
  if (!line) return nullptr;
  json::object object{{"number", line->number}, {"offset", line->offset}};
  add_name(object, "text", line->text);
  return object;
}

std::string json_line(const SearchedLayer& layer, const SearchMatch& match) {
  json::object object{{"layer", layer.number}, {"diff_id", nullptr}, {"created_by", layer.created_by}};
  if (layer.info.diff_id) object["diff_id"] = layer.info.diff_id->str();
  object["type"] = words_of(match).word;
  add_name(object, "path", match.path);
  add_name(object, "link", match.link);
  object["size"] = match.size;
  object["line"] = line_value(match.line);
  return json::serialize(object) + "\n";
}

}  // namespace

std::string MatchPrinter::text_of(const SearchedLayer& layer, const SearchMatch& match) {
  switch (form_) {
    case MatchForm::script:
      return script_line(layer, match);
    case MatchForm::json:
      return json_line(layer, match);
    case MatchForm::text:
      break;
  }
  if (layer_ == layer.number) return match_line(match);
  layer_ = layer.number;
  return layer_line(layer) + match_line(match);
}

void MatchPrinter::take(const SearchedLayer& layer, const SearchMatch& match) {
  constexpr std::size_t kEnough = std::size_t{64} * 1024;
  waiting_ += text_of(layer, match);
  if (waiting_.size() > kEnough) flush();
}

void MatchPrinter::flush() {
  const std::string text = std::exchange(waiting_, {});
  write_data(text);
}

}  // namespace occy::cli
