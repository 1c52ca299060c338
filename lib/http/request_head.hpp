// http/request_head.hpp: a request's first bytes.
#pragma once

#include <cstdint>
#include <string>

#include "http/message.hpp"
#include "occy/result.hpp"

namespace occy::http {

/// How the bytes after the head are framed, and what the connection is for.
struct Framing {
  enum class Body { none, chunked, length } body = Body::none;
  std::uint64_t length = 0;

  enum class Connection { close, keep } connection = Connection::close;

  std::string host = "localhost";

  /// Before the target: "http://registry.example:5000" for a request through a proxy.
  std::string target_prefix = {};
};

/// Request line, fields and the empty line. Adds Host (unless given), User-Agent, Connection: close where it is for one
/// exchange, and the body's framing. Refuses what would end a line early or split one: anything but token characters in
/// a method or a field's name, white space or control bytes in a target, CR, LF or NUL in a value.
[[nodiscard]] result<std::string> write_request_head(const Request& request, const Framing& framing);

}  // namespace occy::http
