// outputs/registry_findings.hpp: what a registry answers, held against what was written, as findings.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "occy/check_results.hpp"
#include "occy/manifest.hpp"
#include "registry/repository.hpp"

namespace occy::outputs {

/// What `check` adds; what it throws becomes a finding: "verify.unreachable" where the registry could not be asked,
/// `id` otherwise.
[[nodiscard]] CheckResults registry_findings(const char* id, const std::string& subject,
                                             const std::function<void(CheckResults& results)>& check);

/// "verify.manifest" unless bytes and media type are the same.
void expect_manifest(CheckResults& results, const std::string& subject, const ImageManifest& expected,
                     const ImageManifest& found);

/// `id` unless the repository has the blob, with this size.
void expect_blob_size(CheckResults& results, const char* id, registry::Repository& repository, const Digest& digest,
                      std::uint64_t size);

/// "expected …, found …"
[[nodiscard]] std::string difference(const std::string& expected, const std::string& found);

}  // namespace occy::outputs
