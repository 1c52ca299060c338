// registry/error_body.hpp: what a registry says when it says no. OCI distribution-spec 1.1, "Error Codes".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "occy/limits.hpp"
#include "registry/secrets.hpp"

namespace occy::registry {

struct ErrorBody {
  /// "MANIFEST_UNKNOWN", in the order of the document.
  std::vector<std::string> codes = {};

  /// The registry's own words in one line: "manifest unknown: unknown tag=12"; of HTML only that it is HTML. Empty when
  /// it says nothing.
  std::string words = {};

  [[nodiscard]] bool has(std::string_view code) const noexcept;
};

/// Secrets that the words repeat are covered; words that repeat a part of one, or spell it otherwise, are not shown.
[[nodiscard]] ErrorBody parse_error_body(std::string_view body, const Secrets& secrets, const Limits& limits);

/// Whether a text that should be JSON begins like a page for people.
[[nodiscard]] bool is_html(std::string_view body) noexcept;

}  // namespace occy::registry
