// pipeline/index_selection.hpp: an index with some of another one's images.
#pragma once

#include <vector>

#include "occy/blobs.hpp"
#include "occy/limits.hpp"
#include "occy/platform.hpp"

namespace occy::pipeline {

/// The root of `input` without the entries that are for none of `platforms`, nor attestations about one that is: its
/// text with a shorter list, every entry that stays byte for byte; the same document where all stay. Entries of nested
/// indexes stand in the place of these.
///
/// Throws Error (side: input): Errc::unsupported when the root is no index, Errc::not_found, with what there is, when
/// one of the platforms has no image.
[[nodiscard]] ImageManifest select_platforms(BlobInput& input, const std::vector<Platform>& platforms,
                                             const Limits& limits);

}  // namespace occy::pipeline
