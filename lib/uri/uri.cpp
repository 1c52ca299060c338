// Splits URIs. What schemes and options there are is open.cpp's business.
#include "occy/uri.hpp"

#include <algorithm>
#include <optional>

#include "uri/percent.hpp"

namespace occy {
namespace {

bool has_key(const Uri& uri, std::string_view key) {
  return std::any_of(uri.options.begin(), uri.options.end(), [&](const auto& option) { return option.first == key; });
}

// Reads one `key=value`. Null: it is in `into` now.
std::optional<ParseError> add_option(Uri& into, std::string_view text, std::size_t position) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0)
    return ParseError{"expected key=value, found '" + std::string(text) + "'", position};
  std::string key(text.substr(0, equals));
  if (has_key(into, key)) return ParseError{"option '" + key + "' comes twice", position};
  auto value = uri::percent_decoded(text.substr(equals + 1), position + equals + 1);
  if (!value) return value.error();
  into.options.emplace_back(std::move(key), std::move(*value));
  return std::nullopt;
}

}  // namespace

result<Uri> Uri::parse(std::string_view text) {
  if (const auto nul = text.find('\0'); nul != std::string_view::npos) return ParseError{"NUL in a URI", nul};
  const std::size_t separator = text.find("://");
  if (separator == std::string_view::npos || separator == 0)
    return ParseError{"expected SCHEME://…, for example tar://image.tar or docker://debian:12", 0};
  const std::size_t begin = separator + 3;
  const std::size_t question = std::min(text.find('?', begin), text.size());
  Uri uri{.scheme = std::string(text.substr(0, separator)), .rest = std::string(text.substr(begin, question - begin))};
  for (std::size_t at = question + 1; at <= text.size();) {
    const std::size_t end = std::min(text.find('&', at), text.size());
    if (auto error = add_option(uri, text.substr(at, end - at), at)) return std::move(*error);
    at = end + 1;
  }
  return uri;
}

}  // namespace occy
