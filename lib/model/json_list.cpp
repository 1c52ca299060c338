#include "model/json_list.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <string>

namespace occy::json {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

// Goes over a document that is known to be well formed, value by value.
class ListScanner {
 public:
  explicit ListScanner(std::string_view text) : text_(text) {}

  ListPlace find(std::string_view key) {
    step('{');
    while (at_ < text_.size() && text_[at_] == '"') {
      const bool found = is_key(value(), key);
      step(':');
      if (found && text_[at_] == '[') return list();
      static_cast<void>(value());
      step(',');
    }
    return {};
  }

 private:
  ListPlace list() {
    ListPlace place{.begin = at_ + 1};
    step('[');
    while (at_ < text_.size() && text_[at_] != ']') {
      place.elements.push_back(value());
      step(',');
    }
    place.end = at_;
    return place;
  }

  static bool is_key(std::string_view literal, std::string_view key) {
    return literal == "\"" + std::string(key) + "\"" ||
           (literal.find('\\') != std::string_view::npos && boost::json::parse(literal).as_string() == key);
  }

  /// Passes over `sign`, where it comes next, and the white space around it.
  void step(char sign) {
    skip_space();
    if (at_ < text_.size() && text_[at_] == sign) ++at_;
    skip_space();
  }

  void skip_space() { at_ = std::min(text_.find_first_not_of(kSpace, at_), text_.size()); }

  std::string_view value() {
    const std::size_t begin = at_;
    std::size_t depth = 0;
    do {
      depth += take();
    } while (depth != 0 && at_ < text_.size());
    return text_.substr(begin, at_ - begin);
  }

  /// Passes over one bracket, one literal or one sign; returns by how much one is deeper then, modulo 2^64.
  std::size_t take() {
    const char sign = text_[at_];
    if (sign == '"') return pass_text(), 0;
    if (sign == '{' || sign == '[') return ++at_, 1;
    if (sign == '}' || sign == ']') return ++at_, std::size_t{0} - 1;
    if (sign == ',' || sign == ':' || kSpace.find(sign) != std::string_view::npos) return ++at_, 0;
    at_ = std::min(text_.find_first_of(" \t\r\n,:]}", at_), text_.size());
    return 0;
  }

  void pass_text() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
      if (text_[at_] == '\\') ++at_;
    at_ = std::min(at_ + 1, text_.size());
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

ListPlace find_list(std::string_view text, std::string_view key) { return ListScanner(text).find(key); }

}  // namespace occy::json
