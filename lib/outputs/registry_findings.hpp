// outputs/registry_findings.hpp: what a registry answers, held against what was written, as findings.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "occy/check_results.hpp"
#include "occy/manifest.hpp"
#include "registry/repository.hpp"

namespace occy::outputs {

/// What `verify` finds over connections and tokens of its own, so that nothing counts which the writer was told.
/// "verify.unreachable" where there can be none: a file of TlsFiles is gone.
[[nodiscard]] CheckResults verify_anew(const RegistrySession& session, const RegistryPlace& place,
                                       const std::function<CheckResults(registry::Repository& repository)>& verify);

/// A whole verification: the manifest or index that has the name `reference`, then what `check_below` finds, unless the
/// registry could not be asked; a registry that is gone is not asked again for each blob. Concludes with `proved`.
[[nodiscard]] CheckResults verify_repository(registry::Repository& repository, const std::string& reference,
                                             const ImageManifest& expected, std::string proved,
                                             const std::function<CheckResults()>& check_below) noexcept;

/// `id` unless the repository has the blob, with this size.
void expect_blob_size(CheckResults& results, const char* id, registry::Repository& repository, const Digest& digest,
                      std::uint64_t size);

/// "registry://registry.example/name:tag: sha256:…"
[[nodiscard]] std::string blob_subject(const registry::Repository& repository, const Digest& digest);

}  // namespace occy::outputs
