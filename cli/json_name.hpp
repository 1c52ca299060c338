// cli/json_name.hpp: names from an image in JSON, which holds text only: names are bytes.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

namespace occy::cli {

/// Adds the member `key`. A name that is not UTF-8 is escaped there as in messages, and the member `key`_bytes has its
/// bytes as hexadecimal digits.
void add_name(boost::json::object& object, const std::string& key, std::string_view name);

}  // namespace occy::cli
