// http/request_head.hpp: a request's first bytes.
#pragma once

#include <string>

#include "http/message.hpp"
#include "occy/result.hpp"

namespace occy::http {

/// How the bytes after the head are framed.
enum class RequestBody { none, chunked };

/// Request line, fields and the empty line. Adds Host (unless given), User-Agent, Connection: close (each exchange has
/// a connection of its own) and the body's framing. Refuses what would end a line early or split one: anything but
/// token characters in a method or a field's name, white space or control bytes in a target, CR, LF or NUL in a value.
[[nodiscard]] result<std::string> write_request_head(const Request& request, RequestBody body);

}  // namespace occy::http
