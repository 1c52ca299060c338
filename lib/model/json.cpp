#include "model/json.hpp"

namespace occy::json {
namespace {

ParseError wrong_kind(std::string_view where, std::string_view key, std::string_view expected, std::string_view found) {
  std::string message = std::string(where) + ": " + std::string(key) + ": expected " + std::string(expected);
  return {message + ", found " + std::string(found), 0};
}

// In place, because C++20 would also make a ParseError from a string, and result<> refuses to choose.
result<std::string> text_result(std::string_view text) { return {boost::system::in_place_value, text}; }

std::string_view kind_name(const boost::json::value* value) noexcept {
  return value == nullptr ? "nothing" : json::kind_name(*value);
}

}  // namespace

std::string_view kind_name(const boost::json::value& value) noexcept {
  switch (value.kind()) {
    case boost::json::kind::null:
      return "null";
    case boost::json::kind::bool_:
      return "a boolean";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_:
      return "a number";
    case boost::json::kind::string:
      return "a string";
    case boost::json::kind::array:
      return "an array";
    case boost::json::kind::object:
      return "an object";
  }
  return "";
}

const boost::json::value* member(const boost::json::value& value, std::string_view key) noexcept {
  const boost::json::object* object = value.if_object();
  const boost::json::value* found = object == nullptr ? nullptr : object->if_contains(key);
  return found == nullptr || found->is_null() ? nullptr : found;
}

result<std::string> string_member(const boost::json::value& value, std::string_view key, std::string_view where) {
  const boost::json::value* found = member(value, key);
  if (found == nullptr || !found->is_string()) return wrong_kind(where, key, "a string", kind_name(found));
  return text_result(found->get_string());
}

result<std::string> optional_string_member(const boost::json::value& value, std::string_view key,
                                           std::string_view where) {
  if (member(value, key) == nullptr) return text_result({});
  return string_member(value, key, where);
}

result<std::vector<std::string>> string_list_member(const boost::json::value& value, std::string_view key,
                                                    std::string_view where) {
  std::vector<std::string> texts;
  const boost::json::value* found = member(value, key);
  if (found == nullptr) return texts;
  if (!found->is_array()) return wrong_kind(where, key, "an array of strings", kind_name(found));
  for (const boost::json::value& text : found->get_array()) {
    const std::string place = std::string(key) + '[' + std::to_string(texts.size()) + ']';
    if (!text.is_string()) return wrong_kind(where, place, "a string", kind_name(text));
    texts.emplace_back(text.get_string());
  }
  return texts;
}

}  // namespace occy::json
