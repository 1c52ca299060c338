// registry/manifest_rules.hpp: what a registry may give as a manifest.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "occy/error.hpp"
#include "occy/limits.hpp"
#include "occy/manifest.hpp"

namespace occy::registry {

/// What is understood: manifests and indexes of OCI, and Docker's schema 2.
inline constexpr const char* kManifestTypes =
    "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json";

/// A document as it came.
struct GivenManifest {
  std::string subject;       ///< for messages
  std::string content_type;  ///< the field of the answer
  std::string digest_field;  ///< Docker-Content-Digest; empty: none
  std::string bytes;
};

/// Holds it against the digest that was asked for, the one that the registry tells, and its media type against its
/// members. Throws Error (side): Errc::digest_mismatch, Errc::refused (a page for people), Errc::unsupported (schema 1,
/// an unknown media type), Errc::bad_document (no JSON, two media types, an index that is called a manifest).
[[nodiscard]] ImageManifest accept_manifest(GivenManifest given, const std::optional<Digest>& asked, Side side,
                                            const Limits& limits);

/// A field's value without its parameters, in lower case.
[[nodiscard]] std::string media_type_of(std::string_view content_type);

[[nodiscard]] bool is_manifest_type(std::string_view media_type) noexcept;
[[nodiscard]] bool is_index_type(std::string_view media_type) noexcept;

}  // namespace occy::registry
