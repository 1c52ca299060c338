// uri/percent.hpp: %XX in parts of a URI. RFC 3986, 2.1.
#pragma once

#include <string>
#include <string_view>

#include "occy/result.hpp"

namespace occy::uri {

/// `position` is where `text` stands in the whole URI, for the error.
[[nodiscard]] result<std::string> percent_decoded(std::string_view text, std::size_t position);

}  // namespace occy::uri
