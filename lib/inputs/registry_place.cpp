#include "inputs/registry_place.hpp"

#include "registry/address.hpp"
#include "registry/session.hpp"
#include "tar/oci_document.hpp"

namespace occy {

std::vector<Reference> names_of(const RegistryPlace& place) {
  Reference name = place.image.with_default_tag();
  name.digest.reset();
  return name.tag.empty() ? std::vector<Reference>() : std::vector<Reference>{name};
}

void tell_places(const RegistrySession& session, const RegistryPlace& place, const ImageManifest& document) {
  const auto content = tar::parse_oci_document(document.bytes, session.options().limits);
  if (!content || !content->config) return;
  const registry::Address address = registry::locate(place, session.options(), Side::input);
  auto& places = session.state()->places;
  places.note(address.account.registry, address.repository, content->config->digest);
  for (const Descriptor& layer : content->layers)
    places.note(address.account.registry, address.repository, layer.digest);
}

}  // namespace occy
