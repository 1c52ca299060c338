// inputs/tar_layers.hpp: which members of an archive file are the image's layers.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "inputs/tar_members.hpp"
#include "occy/config.hpp"
#include "occy/layer.hpp"
#include "tar/docker_archive.hpp"

namespace occy {

/// A layer's bytes in the archive.
struct StoredLayer {
  LayerInfo info;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};

struct LocatedLayers {
  /// One per element of `Layers` that can be read; a member that is listed again has the info of its
  /// first time.
  std::vector<LayerInfo> infos;

  /// Each member once, in manifest order; of one layer there may be several.
  std::vector<StoredLayer> stored;

  std::vector<tar::ArchiveFault> faults;
};

/// Resolves `Layers`, and looks at the first bytes of each. Positions and diff_ids are known only with a config that
/// has as many diff_ids as there are layers. Faults: "archive-blob-missing", "duplicate-entry", and "diff-id" where two
/// positions with different diff_ids share one member: its bytes can be only one of them.
[[nodiscard]] LocatedLayers locate_layers(const TarMembers& members, const tar::ArchiveImage& image,
                                          const std::optional<ImageConfig>& config);

}  // namespace occy
