// occy/filters/inspect.hpp: writes down how an image was built.
#pragma once

#include <filesystem>
#include <utility>

#include "occy/filter.hpp"

namespace occy {

/// Appends one line of JSON for the image to a file, before the image is published:
///
///   {"name": "debian:12", "layers": [{"id": "sha256:…", "size": 1234, "created": "2024-01-01T00:00:00Z",
///    "created_by": "RUN …", "comment": "", "tags": ["debian:12"]}, …]}
///
/// Layers stand as `docker history` shows them: the newest first, and steps without a layer among them, with the size 0
/// and an empty id. `id` is the diff_id as it is written, `size` counts uncompressed bytes (null where nobody knows
/// it), `tags` are the names that the source has for the image, at the newest step. When the history does not fit the
/// layers, the layers stand alone. `name` is the first of the names, or where the image comes from.
///
/// The line is one write to the end of the file, which is made when it is not there, so that several processes can
/// write to one.
class OCCY_API InspectFilter final : public ImageFilter {
 public:
  explicit InspectFilter(std::filesystem::path path) : path_(std::move(path)) {}

  std::string_view name() const noexcept override { return "inspect"; }
  FilterDepth depth() const noexcept override { return FilterDepth::image; }

  /// Throws Error (side: filter) when the file could not be written: a missing directory, no permission.
  void begin(const ImageDescription& image) override;

  /// Throws Error (side: filter).
  void finish(const FilteredImage& image) override;

 private:
  std::filesystem::path path_;
};

}  // namespace occy
