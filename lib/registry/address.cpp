#include "registry/address.hpp"

#include <utility>

#include "occy/error.hpp"

namespace occy::registry {
namespace {

constexpr std::string_view kHub = "docker.io";
constexpr std::string_view kHubServer = "registry-1.docker.io";

/// Domain and path in full: "docker.io", "library/debian".
Reference full_name(const Reference& image) {
  Reference full = image.with_default_tag();
  const auto canonical = Reference::parse(image.canonical());
  if (!canonical) return full;
  full.domain = canonical->domain;
  full.path = canonical->path;
  return full;
}

http::Origin origin_of(const std::string& domain, RegistryTransport transport) {
  const auto scheme = transport == RegistryTransport::plain ? http::Origin::Scheme::http : http::Origin::Scheme::https;
  auto origin = http::parse_origin(domain == kHub ? kHubServer : domain, scheme);
  if (!origin)
    throw Error(Errc::bad_text, Side::usage,
                {.subject = domain, .what = "not a registry's address", .found = origin.error().message});
  return std::move(*origin);
}

}  // namespace

Address locate(const RegistryPlace& place, const RegistryOptions& options, Side side) {
  const Reference image = full_name(place.image);
  const RegistryTransport transport = place.transport.value_or(options.transport);
  const bool any_certificate = transport == RegistryTransport::tls_unverified;
  return {
      .account = {.origin = origin_of(image.domain, transport),
                  .registry = image.domain,
                  .login = place.login,
                  .certificates = any_certificate ? http::Call::Certificates::any : http::Call::Certificates::verified,
                  .side = side},
      .repository = image.path,
      .reference = image.digest ? image.digest->str() : image.tag,
      .name = "registry://" + image.str()};
}

}  // namespace occy::registry
