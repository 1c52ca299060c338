// inputs/oci_choice.hpp: which entry of an image index is the image that is wanted. No I/O.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "occy/platform.hpp"
#include "occy/reference.hpp"
#include "occy/result.hpp"
#include "tar/oci_document.hpp"

namespace occy {

/// How an image is called in an index. Both empty: it is the only one.
struct OciName {
  std::string tag = {};
  std::optional<Reference> image = {};
};

/// The entries that `name` means: one, or one for each platform. Attestations are no images. The error lists the names
/// that there are.
[[nodiscard]] result<std::vector<tar::IndexEntry>> choose_by_name(const std::vector<tar::IndexEntry>& entries,
                                                                  const OciName& name);

/// The entry for `wanted`; without it, for this machine, or the only one. Of several the one without a variant comes
/// first, then the usual one ("arm64" is "v8", "arm" is "v7"), then the lowest. The error lists the platforms that
/// there are.
[[nodiscard]] result<tar::IndexEntry> choose_by_platform(const std::vector<tar::IndexEntry>& entries,
                                                         const std::optional<Platform>& wanted);

/// The names of the entries that lead to `digest`.
[[nodiscard]] std::vector<Reference> references_to(const std::vector<tar::IndexEntry>& entries, const Digest& digest);

}  // namespace occy
