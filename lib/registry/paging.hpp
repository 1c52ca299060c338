// registry/paging.hpp: lists that come in pages. OCI distribution-spec 1.1, "Listing Tags"; RFC 8288 (Link).
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "occy/limits.hpp"
#include "occy/result.hpp"
#include "registry/conversation.hpp"

namespace occy::registry {

/// The target of the first link with rel="next"; empty when there is none.
[[nodiscard]] std::string next_link(std::string_view field);

/// The `tags` of a page; none where it is null.
[[nodiscard]] result<std::vector<std::string>> parse_tags(std::string_view body, const Limits& limits);

/// Takes what a page lists, and gives its number.
using OnPage = std::function<std::size_t(const std::string& body)>;

/// Reads page after page until one names no next, and shows each body. Throws Error when an answer is no success
/// (`missing`: what 404 means), and Errc::refused for a page that leads to another server or back, and for pages
/// without end: a hundred more than what they list.
void for_each_page(const Conversation& talk, Question question, const char* missing, const OnPage& on_page);

}  // namespace occy::registry
