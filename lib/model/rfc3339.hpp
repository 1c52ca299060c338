// model/rfc3339.hpp: times as configs write them: "2024-01-02T03:04:05.6Z".
//
// Specification: RFC 3339, section 5.6.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "occy/entry.hpp"

namespace occy {

/// The last second of the year 9999, after which there is no way to write a time.
inline constexpr std::int64_t kLastRfc3339Second = 253'402'300'799;

/// "1970-01-01T00:00:00Z", without a fraction. Before: 0 ≤ seconds ≤ kLastRfc3339Second.
[[nodiscard]] std::string rfc3339_text(std::int64_t seconds);

/// The moment that a text names; digits of its fraction after the ninth are cut off. Missing: it is no such text.
[[nodiscard]] std::optional<Time> parse_rfc3339(std::string_view text) noexcept;

}  // namespace occy
