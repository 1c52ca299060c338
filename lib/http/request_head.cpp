#include "http/request_head.hpp"

#include <algorithm>

namespace occy::http {
namespace {

/// RFC 9110, 5.6.2.
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
  });
}

/// The authority that CONNECT has in the place of a path came from an Origin.
bool is_target(const Request& request) {
  const std::string& text = request.target;
  return (text.starts_with('/') || (request.method == "CONNECT" && !text.empty())) &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c != '\x7f'; });
}

bool is_field_value(std::string_view text) {
  return text.find_first_of(std::string_view{"\r\n\0", 3}) == std::string_view::npos;
}

std::string field_line(std::string_view name, std::string_view value) {
  return std::string{name}.append(": ").append(value).append("\r\n");
}

}  // namespace

result<std::string> write_request_head(const Request& request, const Framing& framing) {
  if (!is_token(request.method)) return ParseError{"not an HTTP method"};
  if (!is_target(request)) return ParseError{"not a request target: expected a path of visible ASCII"};

  std::string head = request.method + " " + framing.target_prefix + request.target + " HTTP/1.1\r\n";
  if (Response{0, request.fields}.field("host").empty()) head += field_line("Host", framing.host);
  head += field_line("User-Agent", "occy/" OCCY_VERSION);
  if (framing.connection == Framing::Connection::close) head += field_line("Connection", "close");
  if (framing.body == Framing::Body::chunked) head += field_line("Transfer-Encoding", "chunked");
  if (framing.body == Framing::Body::length) head += field_line("Content-Length", std::to_string(framing.length));
  for (const auto& [name, value] : request.fields) {
    if (!is_token(name)) return ParseError{"not the name of a header field"};
    if (!is_field_value(value)) return ParseError{"line break or NUL in the header field " + name};
    head += field_line(name, value);
  }
  head += "\r\n";
  return {boost::system::in_place_value, std::move(head)};
}

}  // namespace occy::http
