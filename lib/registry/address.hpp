// registry/address.hpp: from the name of an image to the server that has it.
#pragma once

#include <string>

#include "occy/registry.hpp"
#include "registry/authorizer.hpp"

namespace occy::registry {

/// Where one repository is. A plain value.
struct Address {
  Account account;
  std::string repository;  ///< "library/debian"
  std::string reference;   ///< the digest, or else the tag, of the place; "latest" without either

  /// "registry://registry.example:5000/library/debian:12", for messages.
  std::string name;
};

/// Docker Hub's images are named after docker.io and lie at registry-1.docker.io. Throws Error (side: usage,
/// Errc::bad_text) for a name whose host is none.
[[nodiscard]] Address locate(const RegistryPlace& place, const RegistryOptions& options, Side side);

}  // namespace occy::registry
