// http/message.hpp: what is said over HTTP/1.1, as plain values. No Asio or Beast type in here.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace occy::http {

/// Header fields are sent as they stand; a value with CR, LF or NUL is refused when the request is sent.
struct Request {
  std::string method = "GET";
  std::string target = {};
  std::vector<std::pair<std::string, std::string>> fields = {};
};

struct Response {
  unsigned status = 0;
  std::vector<std::pair<std::string, std::string>> fields = {};

  /// The first field with this name, without regard to case; empty when there is none.
  [[nodiscard]] std::string_view field(std::string_view name) const noexcept;
};

/// What became of a piece of a request's body.
enum class Sent {
  more,      ///< taken; the server waits for more
  answered,  ///< the server has begun to answer, or takes no more: stop sending, and ask for the answer
};

/// Text as part of a target: everything but unreserved characters (RFC 3986, 2.3), '/' and ':' is percent-encoded.
[[nodiscard]] std::string encode_path(std::string_view text);

/// Text as a query value: '/' and ':' are encoded too.
[[nodiscard]] std::string encode_query(std::string_view text);

}  // namespace occy::http
