// inputs/file_layers.hpp: layers that are files of a directory.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "inputs/directory_members.hpp"
#include "occy/config.hpp"
#include "occy/layer.hpp"

namespace occy {

/// A layer as a document names it.
struct NamedLayer {
  std::string file;

  /// Where the document says what the bytes are.
  std::optional<Descriptor> stored = {};
};

/// A layer's file as it was when it was found.
struct FileLayer {
  LayerInfo info;
  std::string file;
  io::FileStamp stamp;
};

struct FileLayers {
  /// One per layer that can be read; a file that is listed again has the info of its first time.
  std::vector<LayerInfo> infos;

  /// Each once, lowest layer first; of one layer there may be several.
  std::vector<FileLayer> files;

  std::vector<tar::ArchiveFault> faults;
};

/// Looks at the first bytes of each. Positions and diff_ids are known only with a config that has as many diff_ids as
/// there are layers. Faults: "archive-blob-missing", "layer-size" where the file has another size than its descriptor,
/// and "diff-id" where two positions with different diff_ids share one file.
[[nodiscard]] FileLayers find_file_layers(const DirectoryMembers& members, const std::vector<NamedLayer>& layers,
                                          const std::optional<ImageConfig>& config);

/// Opens the file; at its end, Errc::io when it was changed since it was found. A plain layer can be skipped through.
[[nodiscard]] std::unique_ptr<LayerReader> open_file_layer(const DirectoryMembers& members, const FileLayer& layer);

}  // namespace occy
