// occy/filters/normalize_timestamps.hpp: gives every time in an image one value, so that builds that differ only in
// when they were made become the same image.
//
// Convention: reproducible-builds.org/docs/source-date-epoch.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "occy/config.hpp"
#include "occy/filter.hpp"

namespace occy {

struct NormalizeTimestampsOptions {
  /// Since 1970. Up to the end of the year 9999, after which a config has no way to write a time.
  std::int64_t seconds = 0;

  enum class Mode {
    set,    ///< every time becomes `seconds`
    clamp,  ///< only those that are later
  } mode = Mode::set;

  /// The image that this one was built on. Its layers, which must be the lowest of this image, are left alone, so that
  /// they stay shared with it; so are its steps of the history.
  struct BaseImage {
    std::vector<Digest> diff_ids;

    /// Where it is not known, the base's steps are those up to its highest layer.
    std::optional<std::vector<HistoryEntry>> history = {};
  };
  std::optional<BaseImage> base = {};
};

/// Changes of each entry mtime, and atime, ctime and LIBARCHIVE.creationtime where it has them; of the config
/// `created`, and that of each step of the history, where they are there. Fractions of seconds go. A text in the config
/// that is no time stays when it is not `set`.
class OCCY_API NormalizeTimestampsFilter final : public ImageFilter {
 public:
  /// Throws Error (side: usage): Errc::bad_text for seconds that are out of range.
  explicit NormalizeTimestampsFilter(NormalizeTimestampsOptions options = {});

  std::string_view name() const noexcept override { return "normalize-timestamps"; }
  FilterDepth depth() const noexcept override { return FilterDepth::edit; }
  std::string fingerprint() const override;

  /// Throws Error (side: filter): Errc::unsupported when the image is not built on `base`, or when the source does not
  /// tell its layers before they come.
  void begin(const ImageDescription& image) override;

  /// Throws Error (side: filter): Errc::unsupported when there is a base, and the source does not tell which layer this
  /// is.
  std::unique_ptr<EntryVisitor> visit_layer(const LayerInfo& layer) override;
  std::optional<std::string> edit_config(const ImageConfig& config) override;

 private:
  [[nodiscard]] bool is_of_base(const LayerInfo& layer) const;
  [[nodiscard]] std::size_t steps_of_base(const ImageConfig& config) const;

  NormalizeTimestampsOptions options_;
};

}  // namespace occy
