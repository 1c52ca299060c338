// registry/ranges.hpp: which bytes an answer is about. RFC 9110, 14.4; OCI distribution-spec 1.1, "Pushing a blob in
// chunks".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace occy::registry {

/// "bytes 5-9/10".
struct ContentRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  std::optional<std::uint64_t> total = {};  ///< missing: "*"

  friend bool operator==(const ContentRange&, const ContentRange&) = default;
};

[[nodiscard]] std::optional<ContentRange> parse_content_range(std::string_view value);

/// How many bytes an upload has, by its Range: "0-9" is ten. "0-0" is none: registries say so of an empty upload.
/// "bytes=" before it is passed over.
[[nodiscard]] std::optional<std::uint64_t> parse_upload_range(std::string_view value);

/// Digits and nothing else.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);

}  // namespace occy::registry
