#include "http/no_proxy.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace occy::http {
namespace {

constexpr std::string_view kSeparators = ", \t\r\n";

/// Four bytes, sixteen, or none for a name.
std::string address_bytes(const std::string& host) {
  std::array<char, sizeof(in6_addr)> bytes{};
  if (::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1) return {bytes.data(), sizeof(in_addr)};
  if (::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1) return {bytes.data(), sizeof(in6_addr)};
  return {};
}

bool share_bits(std::string_view left, std::string_view right, unsigned bits) {
  const std::size_t whole = bits / 8;
  if (left.size() != right.size() || left.substr(0, whole) != right.substr(0, whole)) return false;
  if (bits % 8 == 0) return true;
  const unsigned differing = static_cast<unsigned char>(left[whole]) ^ static_cast<unsigned char>(right[whole]);
  return differing >> (8 - bits % 8) == 0;
}

bool is_in_domain(std::string_view host, std::string_view domain) {
  return host == domain ||
         (host.size() > domain.size() && host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.');
}

bool has_port(std::string_view text) {
  return text.find("]:") != std::string_view::npos || std::count(text.begin(), text.end(), ':') == 1;
}

}  // namespace

NoProxy::NoProxy(std::string_view list) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find_first_of(kSeparators), list.size());
    if (std::optional<Entry> entry = parse(list.substr(0, end))) entries_.push_back(std::move(*entry));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

std::optional<NoProxy::Entry> NoProxy::parse(std::string_view text) {
  if (text == "*") return Entry{};
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) return parse_range(text, slash);
  if (text.starts_with("*.")) text.remove_prefix(1);
  if (text.starts_with('.')) text.remove_prefix(1);
  // An address of IPv6 may stand without brackets here.
  const bool is_bare = !has_port(text) && !text.starts_with('[') && text.find(':') != std::string_view::npos;
  const result<Origin> origin =
      parse_origin(is_bare ? "[" + std::string{text} + "]" : std::string{text}, Origin::Scheme::https);
  if (origin.has_error()) return std::nullopt;
  Entry entry{origin->host};
  if (has_port(text)) entry.port = origin->port;
  entry.network = address_bytes(entry.host);
  entry.prefix_bits = static_cast<unsigned>(entry.network.size()) * 8;
  return entry;
}

std::optional<NoProxy::Entry> NoProxy::parse_range(std::string_view text, std::size_t slash) {
  Entry entry{std::string{text.substr(0, slash)}};
  entry.network = address_bytes(entry.host);
  const std::string_view bits = text.substr(slash + 1);
  const auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), entry.prefix_bits);
  if (error != std::errc{} || end != bits.data() + bits.size() || entry.network.empty() ||
      entry.prefix_bits > entry.network.size() * 8)
    return std::nullopt;
  return entry;
}

bool NoProxy::covers(const Origin& origin) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) { return covers(entry, origin); });
}

bool NoProxy::covers(const Entry& entry, const Origin& origin) {
  if (entry.port && *entry.port != origin.port) return false;
  if (entry.host.empty()) return true;
  const std::string address = address_bytes(origin.host);
  if (!entry.network.empty()) return share_bits(address, entry.network, entry.prefix_bits);
  return address.empty() && is_in_domain(origin.host, entry.host);
}

}  // namespace occy::http
