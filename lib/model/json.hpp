// model/json.hpp: reads JSON documents that somebody else wrote.
//
// Strict, because two readers of an ambiguous document see two images: refused are duplicate keys, bytes that are not
// UTF-8, text after the value, and nesting or size over the limits. Included by .cpp files only.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "occy/digest.hpp"
#include "occy/limits.hpp"
#include "occy/result.hpp"

namespace occy::json {

/// One value and nothing after it but white space.
[[nodiscard]] result<boost::json::value> parse(std::string_view text, const Limits& limits);

/// A member of an object; null when `value` is no object, or has no such member, or it is JSON null.
[[nodiscard]] const boost::json::value* member(const boost::json::value& value, std::string_view key) noexcept;

/// A member that must be a string; the error names `where` and the key: "config: rootfs.type: expected a string, found
/// a number".
[[nodiscard]] result<std::string> string_member(const boost::json::value& value, std::string_view key,
                                                std::string_view where);

/// A string member, or empty when it is absent or null.
[[nodiscard]] result<std::string> optional_string_member(const boost::json::value& value, std::string_view key,
                                                         std::string_view where);

/// An array of strings; empty when it is absent or null.
[[nodiscard]] result<std::vector<std::string>> string_list_member(const boost::json::value& value, std::string_view key,
                                                                  std::string_view where);

/// "an object", "a string", "null", for messages.
[[nodiscard]] std::string_view kind_name(const boost::json::value& value) noexcept;

}  // namespace occy::json
