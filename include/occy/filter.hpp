// occy/filter.hpp: looks at an image on its way, or changes it.
//
//   reader ──▶ [visitor of filter 1 ─▶ visitor of filter 2 …] ──▶ sink
//
// Filters visit, they do not wrap: all of them see one entry after the other in a single pass over the layer, in the
// order in which they were given. A filter knows nothing of digests, sizes and outputs. process() computes the new
// diff_ids, brings the config in step (fields that nobody changed keep their values), and writes an entry that no
// filter changed byte for byte as it was; so a layer that no filter changed stays the same layer.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "occy/config.hpp"
#include "occy/entry.hpp"
#include "occy/export.hpp"
#include "occy/image.hpp"
#include "occy/layer.hpp"

namespace occy {

/// How deep a filter goes.
enum class FilterDepth {
  image,  ///< sees no layer
  look,   ///< sees the entries of layers, changes nothing
  edit,   ///< may change entries, drop them, and change the config
};

/// What becomes of an entry. A dropped entry is not shown to the filters that follow.
enum class Verdict { keep, drop };

/// One filter's eyes and hands in one layer. Used by one thread; visitors of other layers work at the same time.
class OCCY_API EntryVisitor {
 public:
  virtual ~EntryVisitor();

  /// Called for every entry, in the order of the layer. A filter of depth `edit` may change path, link, mode, owner
  /// (ids and names), mtime and records (an xattr is the record "SCHILY.xattr.NAME"; "atime" and "ctime" are times);
  /// a change of another member is an Error (side: filter). All others leave the entry as it is and keep it. Who
  /// changes a path changes the links that lead to it, too.
  ///
  /// Comes before the layer is proved: what the filter tells others of it should wait for finish().
  ///
  /// A hard link whose target was dropped arrives as the file that it stands for, with the content; further links lead
  /// to it. So dropping one name of a file never loses the file.
  virtual Verdict visit(Entry& entry) = 0;

  /// After the last entry, when the layer was proved. Not called for one that turned out to be broken, or to be no
  /// layer of the image.
  virtual void finish();
};

/// The image as it is about to be published.
struct FilteredImage {
  const ImageDescription& source;  ///< what the input said
  const ImageConfig& config;       ///< as it is written

  /// Bytes of each uncompressed layer as it is written, in the order of the config; missing where the output had the
  /// layer already and the source does not tell.
  const std::vector<std::optional<std::uint64_t>>& layer_sizes;
};

/// A filter, for one image. Functions are called by one thread at a time.
class OCCY_API ImageFilter {
 public:
  virtual ~ImageFilter();

  /// What the user calls it, for messages: "exclude".
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;

  [[nodiscard]] virtual FilterDepth depth() const noexcept = 0;

  /// What the filter does to layers, so exactly that the same text means the same outcome for the same layer; asked
  /// after begin(). Empty: it cannot be said, or it does more than change layers (prints, counts), and every layer has
  /// to be shown to it. Default: empty.
  [[nodiscard]] virtual std::string fingerprint() const;

  /// Before the first layer; the description outlives the filter's use. Throws Error (side: filter) when the filter
  /// cannot do its work on this image. Default: nothing.
  virtual void begin(const ImageDescription& image);

  /// The visitor for one layer; null leaves the layer alone: when every filter does, it passes as it is stored. Not
  /// asked at depth `image`. Default: null.
  [[nodiscard]] virtual std::unique_ptr<EntryVisitor> visit_layer(const LayerInfo& layer);

  /// The config after the layers, its diff_ids already those of the changed layers. Returns the document that takes its
  /// place: diff_ids, and the number of history entries with a layer, must stay. Missing: unchanged. Asked only at
  /// depth `edit`. Default: missing.
  [[nodiscard]] virtual std::optional<std::string> edit_config(const ImageConfig& config);

  /// After every layer and the config are written, before the image is published. What it throws, process() throws,
  /// and nothing is published. Default: nothing.
  virtual void finish(const FilteredImage& image);
};

}  // namespace occy
