#include "http/url.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace occy::http {
namespace {

using Scheme = Origin::Scheme;

/// RFC 1035, 2.3.4.
constexpr std::size_t kHostLimit = 255;

char lower_letter(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_letter(char c) noexcept { return lower_letter(c) >= 'a' && lower_letter(c) <= 'z'; }

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// The underscore is no part of host names, and stands in those of many a container.
bool is_host_byte(char c) noexcept { return is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_'; }

std::uint16_t own_port(Scheme scheme) noexcept { return scheme == Scheme::http ? 80 : 443; }

std::string_view prefix_of(Scheme scheme) noexcept { return scheme == Scheme::http ? "http://" : "https://"; }

bool has_prefix(std::string_view text, std::string_view lower_case) noexcept {
  return text.size() >= lower_case.size() && std::equal(lower_case.begin(), lower_case.end(), text.begin(),
                                                        [](char a, char b) { return a == lower_letter(b); });
}

result<std::string> parse_ipv6(std::string_view text) {
  in6_addr address{};
  std::array<char, INET6_ADDRSTRLEN> canonical{};
  if (::inet_pton(AF_INET6, std::string{text}.c_str(), &address) != 1) return ParseError{"not an IPv6 address", 1};
  // Two spellings of one address are one origin.
  return {boost::system::in_place_value, ::inet_ntop(AF_INET6, &address, canonical.data(), canonical.size())};
}

result<std::string> parse_name(std::string_view text) {
  if (text.empty()) return ParseError{"no host"};
  if (text.size() > kHostLimit) return ParseError{"host longer than " + std::to_string(kHostLimit) + " characters"};
  const auto good = std::find_if_not(text.begin(), text.end(), is_host_byte) - text.begin();
  if (good != std::ssize(text))
    return ParseError{"not a host: letters, digits, '-', '.' and '_' expected", static_cast<std::size_t>(good)};
  std::string name{text};
  std::transform(name.begin(), name.end(), name.begin(), lower_letter);
  return {boost::system::in_place_value, std::move(name)};
}

result<std::uint16_t> parse_port(std::string_view text, std::size_t position) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port == 0)
    return ParseError{"not a port: a number from 1 to 65535 expected", position};
  return port;
}

ParseError shifted(ParseError error, std::size_t by) {
  error.position += by;
  return error;
}

result<std::string> checked_target(std::string_view text, std::size_t position) {
  const auto good =
      std::find_if(text.begin(), text.end(), [](char c) { return c <= ' ' || c >= '\x7f'; }) - text.begin();
  if (good != std::ssize(text))
    return ParseError{"not visible ASCII in a URL", position + static_cast<std::size_t>(good)};
  return {boost::system::in_place_value, (text.starts_with('/') ? "" : "/") + std::string{text}};
}

std::string_view without_fragment(std::string_view text) { return text.substr(0, text.find('#')); }

std::string_view without_query(std::string_view text) { return text.substr(0, text.find('?')); }

/// The text after a "http://" or "https://" that was `prefix` bytes long.
result<Url> parse_after_scheme(std::string_view text, Scheme scheme, std::size_t prefix) {
  const std::string_view rest = without_fragment(text.substr(prefix));
  const std::size_t authority = std::min(rest.find_first_of("/?"), rest.size());
  if (rest.substr(0, authority).find('@') != std::string_view::npos)
    return ParseError{"user information in a URL", prefix};
  result<Origin> origin = parse_origin(rest.substr(0, authority), scheme);
  if (origin.has_error()) return shifted(origin.error(), prefix);
  result<std::string> target = checked_target(rest.substr(authority), prefix + authority);
  if (target.has_error()) return target.error();
  return Url{std::move(*origin), std::move(*target)};
}

/// RFC 3986, 3.1: whether it begins with a scheme of whatever kind.
bool has_scheme(std::string_view text) {
  const std::size_t end = text.find_first_of(":/?#");
  return end != std::string_view::npos && end > 0 && text[end] == ':' && is_letter(text.front());
}

/// RFC 3986, 5.2.4, for a path that begins with '/'.
std::string without_dot_segments(std::string_view path) {
  std::string clean;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/', 1), path.size());
    const std::string_view segment = path.substr(0, end);
    path.remove_prefix(end);
    if (segment != "/." && segment != "/..") {
      clean.append(segment);
      continue;
    }
    if (segment == "/..") clean.erase(std::min(clean.rfind('/'), clean.size()));
    if (path.empty()) clean += '/';
  }
  return clean.empty() ? "/" : clean;
}

std::string merged(const Url& base, std::string_view reference) {
  const std::string_view path = without_query(base.target);
  if (reference.starts_with('?')) return std::string{path}.append(reference);
  const std::string_view relative = without_query(reference);
  const std::string_view folder = relative.starts_with('/') ? "" : path.substr(0, path.rfind('/') + 1);
  return without_dot_segments(std::string{folder}.append(relative)).append(reference.substr(relative.size()));
}

}  // namespace

std::string host_field(const Origin& origin) {
  std::string text = origin.host.find(':') == std::string::npos ? origin.host : "[" + origin.host + "]";
  if (origin.port != own_port(origin.scheme)) text.append(":").append(std::to_string(origin.port));
  return text;
}

result<Origin> parse_origin(std::string_view text, Scheme scheme) {
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return ParseError{"']' expected", text.size()};
  const std::size_t colon = std::min(text.find(':', bracket), text.size());
  if (bracket > 0 && colon != bracket + 1 && text.size() != bracket + 1)
    return ParseError{"':' and a port expected after ']'", bracket + 1};

  result<std::string> host = bracket > 0 ? parse_ipv6(text.substr(1, bracket - 1)) : parse_name(text.substr(0, colon));
  if (host.has_error()) return host.error();
  if (colon == text.size()) return Origin{scheme, std::move(*host), own_port(scheme)};
  const result<std::uint16_t> port = parse_port(text.substr(colon + 1), colon + 1);
  if (port.has_error()) return port.error();
  return Origin{scheme, std::move(*host), *port};
}

result<Url> parse_url(std::string_view text) {
  for (const Scheme scheme : {Scheme::http, Scheme::https})
    if (has_prefix(text, prefix_of(scheme))) return parse_after_scheme(text, scheme, prefix_of(scheme).size());
  return ParseError{"not a URL: \"http://\" or \"https://\" expected"};
}

result<Url> resolve(const Url& base, std::string_view location) {
  if (has_scheme(location)) return parse_url(location);
  if (location.starts_with("//")) return parse_after_scheme(location, base.origin.scheme, 2);
  const std::string_view reference = without_fragment(location);
  if (reference.empty()) return base;
  result<std::string> target = checked_target(merged(base, reference), 0);
  if (target.has_error()) return target.error();
  return Url{base.origin, std::move(*target)};
}

std::string shown(const Url& url) {
  return std::string{prefix_of(url.origin.scheme)}.append(host_field(url.origin)).append(without_query(url.target));
}

}  // namespace occy::http
