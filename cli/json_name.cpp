#include "json_name.hpp"

#include <boost/json.hpp>

#include "occy/error.hpp"

namespace occy::cli {
namespace {

namespace json = boost::json;

// JSON's own reader knows best.
bool is_utf8(std::string_view text) {
  boost::system::error_code error;
  (void)json::parse(json::serialize(json::string(text)), error);
  return !error;
}

std::string hexadecimal(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text += kDigits[value >> 4U];
    text += kDigits[value & 0xfU];
  }
  return text;
}

}  // namespace

void add_name(json::object& object, const std::string& key, std::string_view name) {
  if (is_utf8(name)) {
    object.emplace(key, name);
    return;
  }
  object.emplace(key, printable(name));
  object.emplace(key + "_bytes", hexadecimal(name));
}

}  // namespace occy::cli
