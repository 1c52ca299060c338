#include "model/json_strings.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>
#include <vector>

namespace occy::json {
namespace {

// An array or an object that is open, and which of its values comes next.
struct Level {
  enum class Kind { array, object } kind;
  std::size_t index = 0;
  std::string key = {};
};

// Keys may hold the characters that divide a pointer.
void append_key(std::string& pointer, std::string_view key) {
  for (const char c : key) {
    if (c == '~') pointer += "~0";
    if (c == '/') pointer += "~1";
    if (c != '~' && c != '/') pointer += c;
  }
}

std::string pointer_to(const std::vector<Level>& levels) {
  std::string pointer;
  for (const Level& level : levels) {
    pointer += '/';
    if (level.kind == Level::Kind::array)
      pointer += std::to_string(level.index);
    else
      append_key(pointer, level.key);
  }
  return pointer;
}

// Bytes of the literal that begins with a quote at `offset`.
std::size_t literal_size(std::string_view text, std::size_t offset) {
  std::size_t end = offset + 1;
  while (end < text.size() && text[end] != '"') end += text[end] == '\\' ? 2U : 1U;
  return end + 1 - offset;
}

std::string value_of(std::string_view literal) {
  if (literal.find('\\') == std::string_view::npos) return std::string(literal.substr(1, literal.size() - 2));
  return std::string(boost::json::parse(literal).get_string());
}

// Goes over a document that is known to be well formed; only brackets, commas and strings matter.
class Scanner {
 public:
  Scanner(std::string_view text, const std::function<void(const StringPlace&)>& on_string)
      : text_(text), on_string_(on_string) {}

  void run() {
    for (std::size_t at = 0; at < text_.size(); ++at) {
      if (text_[at] == '"')
        at += take_literal(at) - 1;
      else
        take(text_[at]);
    }
  }

 private:
  void take(char c) {
    if (c == '{') open(Level::Kind::object);
    if (c == '[') open(Level::Kind::array);
    if (c == '}' || c == ']') levels_.pop_back();
    if (c == '}' || c == ']' || c == ':') expects_key_ = false;
    if (c == ',') next_value();
  }

  void open(Level::Kind kind) {
    levels_.push_back({.kind = kind});
    expects_key_ = kind == Level::Kind::object;
  }

  void next_value() {
    ++levels_.back().index;
    expects_key_ = levels_.back().kind == Level::Kind::object;
  }

  std::size_t take_literal(std::size_t offset) {
    const std::size_t size = literal_size(text_, offset);
    std::string value = value_of(text_.substr(offset, size));
    if (expects_key_)
      levels_.back().key = std::move(value);
    else
      on_string_({.pointer = pointer_to(levels_), .value = std::move(value), .offset = offset, .size = size});
    return size;
  }

  std::string_view text_;
  const std::function<void(const StringPlace&)>& on_string_;
  std::vector<Level> levels_;
  bool expects_key_ = false;
};

}  // namespace

void for_each_string(std::string_view text, const std::function<void(const StringPlace&)>& on_string) {
  Scanner(text, on_string).run();
}

std::string replace_strings(std::string_view text, const std::function<std::string(const StringPlace&)>& change) {
  std::string edited;
  std::size_t done = 0;
  for_each_string(text, [&](const StringPlace& place) {
    const std::string value = change(place);
    if (value == place.value) return;
    edited.append(text, done, place.offset - done);
    edited += boost::json::serialize(boost::json::value(value));
    done = place.offset + place.size;
  });
  return edited.append(text, done);
}

}  // namespace occy::json
