// occy/flatten.hpp: writes the file system that a container sees as one tar archive.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>

#include "occy/digest.hpp"
#include "occy/export.hpp"
#include "occy/input.hpp"
#include "occy/limits.hpp"
#include "occy/progress.hpp"

namespace occy {

struct FlattenOptions {
  Limits limits = {};

  /// Borrowed for the call; may be null. Hears of the second reading.
  Progress* progress = nullptr;

  std::stop_token stop = {};
};

/// Writes the final tree of an image to `write`, in blocks of any size.
///
/// The image is read twice, once for its headers and once for its contents: what a layer's file is worth is known only
/// after the layers above. So `open` is called twice, and must give the same image; each layer of the second reading is
/// held against its digests.
///
/// Files come from the lowest layer to the highest, each directly followed by its other names as hard links; a
/// directory whose entry is in a higher layer comes after its content. Whiteouts are gone, links in paths are resolved,
/// sparse files are written in full, entries of unknown types are left out. The same image from the same kind of source
/// gives the same bytes.
///
/// Throws Error as process() does; what was written until then is no whole archive, and must be thrown away.
OCCY_API void flatten(const std::function<std::unique_ptr<ImageInput>()>& open, const std::function<void(Block)>& write,
                      const FlattenOptions& options = {});

}  // namespace occy
