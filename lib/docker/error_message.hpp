// docker/error_message.hpp: what an engine says when it says no.
#pragma once

#include <string>
#include <string_view>

#include "occy/limits.hpp"

namespace occy::docker {

/// The engine's own words in an error body: the `message` of a JSON object, else its `cause`, else the first line of
/// plain text or of HTML without its tags. Podman lists one line for every format that it tried: of these, the one
/// about an archive. One line without control bytes; at most Limits::error_body_bytes are looked at. Empty when the
/// body says nothing.
[[nodiscard]] std::string error_message(std::string_view body, const Limits& limits = {});

/// The text as one line: control bytes become spaces, runs of white space one space; cut after 1,000 bytes.
[[nodiscard]] std::string one_line(std::string_view text);

/// Of several lines that say how Podman failed to read each format, the one about the format that was sent; any other
/// text as it is.
[[nodiscard]] std::string_view archive_line(std::string_view message);

}  // namespace occy::docker
