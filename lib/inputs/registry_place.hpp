// inputs/registry_place.hpp: what both inputs from a registry make of the place that they were given.
#pragma once

#include <vector>

#include "occy/manifest.hpp"
#include "occy/registry.hpp"

namespace occy {

/// What the image is called. A name with a digest alone says what, not what it is called.
[[nodiscard]] std::vector<Reference> names_of(const RegistryPlace& place);

/// Notes in the session that the config and the layers of a manifest lie there: its outputs to the same registry need
/// not send them. An index, which names none, is passed over.
void tell_places(const RegistrySession& session, const RegistryPlace& place, const ImageManifest& document);

}  // namespace occy
