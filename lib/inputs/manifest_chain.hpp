// inputs/manifest_chain.hpp: how a containerd store's image id, the digest of a manifest or of an index of manifests,
// leads to a config. OCI image-spec 1.1, manifest.md and image-index.md.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "occy/digest.hpp"
#include "occy/limits.hpp"

namespace occy {

/// The document with this digest, where the export holds one under its name.
using FindDocument = std::function<std::optional<std::string>(const Digest& digest)>;

/// Whether the manifest `root`, or a manifest in the index `root`, names `config`. Each document is held against its
/// digest and read at most once.
[[nodiscard]] bool leads_to_config(const Digest& root, const Digest& config, const FindDocument& find,
                                   const Limits& limits);

}  // namespace occy
