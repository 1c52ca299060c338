// The parser behind json::parse: Boost.JSON's events, with one rule added. Boost's own parser keeps the last of two
// equal keys; another reader may keep the first, and then one document describes two images.
#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value_stack.hpp>

#include "model/json.hpp"
#include "model/utf8.hpp"

namespace occy::json {
namespace {

namespace bj = boost::json;
using Code = boost::system::error_code;

/// Builds the value, and the list of keys of each open object.
///
/// Keys are sorted when their object ends: no order of keys makes that slow, as it could with a hash table.
class Builder {
 public:
  // The document's size is capped before the parser sees it; these only keep the parser's own counters from
  // overflowing.
  static constexpr std::size_t max_object_size = bj::object::max_size();
  static constexpr std::size_t max_array_size = bj::array::max_size();
  static constexpr std::size_t max_key_size = bj::string::max_size();
  static constexpr std::size_t max_string_size = bj::string::max_size();

  [[nodiscard]] const std::optional<std::string>& duplicate() const noexcept { return duplicate_; }
  [[nodiscard]] bj::value release() { return stack_.release(); }

  bool on_document_begin(Code&) {
    stack_.reset(bj::make_shared_resource<bj::monotonic_resource>());
    return true;
  }
  bool on_document_end(Code&) { return true; }

  bool on_object_begin(Code&) {
    keys_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t count, Code& code) {
    std::vector<std::string> keys = std::move(keys_.back());
    keys_.pop_back();
    std::ranges::sort(keys);
    if (const auto twin = std::ranges::adjacent_find(keys); twin != keys.end()) return refuse(*twin, code);
    stack_.push_object(count);
    return true;
  }

  bool on_array_begin(Code&) { return true; }
  bool on_array_end(std::size_t count, Code&) {
    stack_.push_array(count);
    return true;
  }

  bool on_key_part(bj::string_view part, std::size_t, Code&) {
    key_.append(part.data(), part.size());
    stack_.push_chars(part);
    return true;
  }
  bool on_key(bj::string_view part, std::size_t, Code&) {
    key_.append(part.data(), part.size());
    keys_.back().push_back(std::move(key_));
    key_.clear();
    stack_.push_key(part);
    return true;
  }

  bool on_string_part(bj::string_view part, std::size_t, Code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(bj::string_view part, std::size_t, Code&) {
    stack_.push_string(part);
    return true;
  }

  static bool on_number_part(bj::string_view, Code&) { return true; }
  bool on_int64(std::int64_t number, bj::string_view, Code&) {
    stack_.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, bj::string_view, Code&) {
    stack_.push_uint64(number);
    return true;
  }
  bool on_double(double number, bj::string_view, Code&) {
    stack_.push_double(number);
    return true;
  }
  bool on_bool(bool truth, Code&) {
    stack_.push_bool(truth);
    return true;
  }
  bool on_null(Code&) {
    stack_.push_null();
    return true;
  }

  static bool on_comment_part(bj::string_view, Code&) { return true; }
  static bool on_comment(bj::string_view, Code&) { return true; }

 private:
  bool refuse(const std::string& key, Code& code) {
    duplicate_ = key;
    code = bj::error::syntax;
    return false;
  }

  bj::value_stack stack_;
  std::vector<std::vector<std::string>> keys_;
  std::string key_;
  std::optional<std::string> duplicate_;
};

std::string reason(const Builder& builder, const Code& code, std::string_view text, std::size_t position,
                   const Limits& limits) {
  if (builder.duplicate()) return "the key \"" + *builder.duplicate() + "\" comes twice in one object";
  if (code == bj::error::too_deep) return "nested deeper than " + std::to_string(limits.json_depth) + " levels";
  if (code == bj::error::incomplete) return "the text ends before the value does";
  if (position < text.size() && utf8_at(text, position).length == 0) return "not UTF-8";
  return "not JSON (" + code.message() + ")";
}

}  // namespace

result<bj::value> parse(std::string_view text, const Limits& limits) {
  if (text.size() > limits.document_bytes)
    return ParseError{"larger than " + std::to_string(limits.document_bytes) + " bytes", limits.document_bytes};
  bj::parse_options options;
  options.max_depth = limits.json_depth;
  bj::basic_parser<Builder> parser(options);
  Code code;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), code);
  if (code) return ParseError{reason(parser.handler(), code, text, used, limits), used};
  if (used != text.size()) return ParseError{"text after the value", used};
  return parser.handler().release();
}

}  // namespace occy::json
