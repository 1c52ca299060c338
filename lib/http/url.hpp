// http/url.hpp: where a request goes. RFC 3986, http and https only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "occy/result.hpp"

namespace occy::http {

/// A server. Two origins that are equal may share connections and credentials.
struct Origin {
  enum class Scheme { http, https } scheme = Scheme::https;
  std::string host;  ///< lower case; an IPv6 literal without its brackets
  std::uint16_t port = 443;

  friend bool operator==(const Origin&, const Origin&) = default;
  friend auto operator<=>(const Origin&, const Origin&) = default;
};

/// "registry.example:5000" or "[::1]:5000", the port only where it is not the scheme's own: the Host field.
[[nodiscard]] std::string host_field(const Origin& origin);

/// `host[:port]`, an IPv6 literal in brackets.
[[nodiscard]] result<Origin> parse_origin(std::string_view text, Origin::Scheme scheme);

struct Url {
  Origin origin;
  std::string target = "/";  ///< path and query, never empty

  friend bool operator==(const Url&, const Url&) = default;
};

/// An absolute URL. A fragment is dropped; user information is refused: credentials travel apart.
[[nodiscard]] result<Url> parse_url(std::string_view text);

/// What a Location or Link of an answer to `base` means: absolute, "//host/…", "/path", "?query" or relative.
[[nodiscard]] result<Url> resolve(const Url& base, std::string_view location);

/// For messages: without the query, which may hold a signature.
[[nodiscard]] std::string shown(const Url& url);

}  // namespace occy::http
