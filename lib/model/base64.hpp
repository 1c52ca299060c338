// model/base64.hpp: bytes as text. RFC 4648, section 4.
#pragma once

#include <string>
#include <string_view>

#include "occy/result.hpp"

namespace occy {

/// With padding, in one line.
[[nodiscard]] std::string encode_base64(std::string_view bytes);

/// The bytes. Padding may be absent; white space, other characters and bits that no byte takes are refused.
[[nodiscard]] result<std::string> decode_base64(std::string_view text);

}  // namespace occy
