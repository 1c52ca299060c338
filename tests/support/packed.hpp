// Bytes as other programs pack them.
#pragma once

#include <string>

#include "occy/layer.hpp"

namespace occy::test {

/// One gzip member.
[[nodiscard]] std::string gzip(const std::string& bytes);

/// One zstd frame.
[[nodiscard]] std::string zstd(const std::string& bytes);

/// None: the bytes themselves.
[[nodiscard]] std::string pack(const std::string& bytes, Compression compression);

}  // namespace occy::test
