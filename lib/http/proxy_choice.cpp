#include "http/proxy_choice.hpp"

#include <algorithm>
#include <charconv>

#include "http/message.hpp"
#include "model/base64.hpp"
#include "occy/error.hpp"

namespace occy::http {
namespace {

constexpr std::string_view kScheme = "http://";

[[noreturn]] void refuse_proxy(const char* which, std::string why) {
  throw Error{Errc::bad_text,
              Side::usage,
              {std::string{"the proxy for "} + which, std::move(why), "http://[user:password@]host:port", {}, {}}};
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    unsigned char byte = 0;
    const std::string_view digits = text.substr(i + 1, 2);
    const char* const end = digits.data() + digits.size();
    if (digits.size() != 2 || std::from_chars(digits.data(), end, byte, 16).ptr != end) return std::nullopt;
    decoded += static_cast<char>(byte);
    i += 2;
  }
  return decoded;
}

/// RFC 7617. `user` is "user:password", each percent-encoded.
std::string basic(std::string_view user, const char* which) {
  const std::size_t colon = std::min(user.find(':'), user.size());
  const auto name = percent_decoded(user.substr(0, colon));
  const auto password = percent_decoded(user.substr(std::min(colon + 1, user.size())));
  if (!name || !password) refuse_proxy(which, "a '%' without two hexadecimal digits");
  return "Basic " + encode_base64(*name + ":" + *password);
}

std::optional<Proxy> parse_proxy(std::string_view text, const char* which) {
  if (text.empty()) return std::nullopt;
  const std::size_t scheme = text.find("://");
  if (scheme != std::string_view::npos && !text.starts_with(kScheme))
    refuse_proxy(which, "not a proxy that is spoken to in plain HTTP");
  if (scheme != std::string_view::npos) text.remove_prefix(kScheme.size());
  text = text.substr(0, text.find('/'));

  Proxy proxy;
  if (const std::size_t at = text.rfind('@'); at != std::string_view::npos) {
    proxy.authorization = basic(text.substr(0, at), which);
    text.remove_prefix(at + 1);
  }
  result<Origin> origin = parse_origin(text, Origin::Scheme::http);
  if (origin.has_error()) refuse_proxy(which, origin.error().message);
  proxy.origin = std::move(*origin);
  return proxy;
}

}  // namespace

ProxyChoice::ProxyChoice(const Proxies& proxies)
    : http_(parse_proxy(proxies.http, "HTTP")),
      https_(parse_proxy(proxies.https, "HTTPS")),
      no_proxy_(proxies.no_proxy) {}

const Proxy* ProxyChoice::proxy_for(const Origin& origin) const {
  const std::optional<Proxy>& proxy = origin.scheme == Origin::Scheme::http ? http_ : https_;
  return proxy && !no_proxy_.covers(origin) ? &*proxy : nullptr;
}

}  // namespace occy::http
