// occy/diff.hpp: says in what two images differ: their layers, their configs, and the files that a container would see.
//
//   headers of all layers ──▶ two final trees ──▶ what differs
//   contents of files ──────▶ hashed in flight, where layers are not shared
//
// Files are compared as they are after the last layer, wherever they come from: a file that moved to another layer, or
// is stored sparse in one image and plain in the other, is the same file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "occy/digest.hpp"
#include "occy/entry.hpp"
#include "occy/export.hpp"
#include "occy/input.hpp"
#include "occy/limits.hpp"
#include "occy/progress.hpp"

namespace occy {

/// In what two images, or two files, can differ.
enum class DiffAspect {
  layers,   ///< of images: their diff_ids and the order of these
  config,   ///< of images: everything in the config but `created` and the diff_ids
  created,  ///< of images: the times in the config, its own and those of its history
  type,
  mode,   ///< the 12 permission bits; not of symbolic links, which have none
  owner,  ///< numbers, not names: names are looked up in an image's own /etc/passwd
  size,   ///< of regular files
  mtime,
  link,     ///< where a symbolic link leads; of which other path a file is a hard link
  device,   ///< numbers of devices
  content,  ///< of regular files
  xattrs,
};

/// "layers", "config", "created", "type", …
[[nodiscard]] OCCY_API std::string_view to_string(DiffAspect aspect) noexcept;

/// All of them, in the order of the enumeration.
[[nodiscard]] OCCY_API const std::vector<DiffAspect>& diff_aspects();

struct DiffOptions {
  /// Aspects that make no difference.
  std::vector<DiffAspect> ignore = {};

  /// Layers at once, at most; the inputs may allow fewer. 0: one for each processor, 4 at most.
  unsigned jobs = 0;

  Limits limits = {};

  /// Borrowed for the call; may be null.
  Progress* progress = nullptr;

  std::stop_token stop = {};
};

/// A layer that is in both images, or in one of them.
struct LayerDifference {
  Digest diff_id;

  /// Its position in each image, from the lowest, from 0.
  std::optional<std::size_t> in_a = {};
  std::optional<std::size_t> in_b = {};

  /// The step of the build that made it; empty where history does not say.
  std::string created_by = {};

  [[nodiscard]] bool shared() const noexcept { return in_a && in_b; }
};

/// A value of the config that differs. The diff_ids are told as layers.
struct ConfigDifference {
  /// RFC 6901: "/config/Env/0".
  std::string pointer;

  /// JSON texts; missing where the image has no such member.
  std::optional<std::string> in_a = {};
  std::optional<std::string> in_b = {};
};

/// A file of a final tree.
struct FileState {
  EntryType type = EntryType::file;

  /// The 12 permission bits.
  std::uint32_t mode = 0;

  std::int64_t uid = 0;
  std::int64_t gid = 0;
  std::uint64_t size = 0;
  Time mtime = {};

  /// Target of a symbolic link.
  std::string link = {};

  /// The first path, in the order of paths, of a file that has several; empty for the first itself.
  std::string hard_link = {};

  std::uint64_t device_major = 0;
  std::uint64_t device_minor = 0;

  /// Of all extended attributes, names and values. Missing: there are none.
  std::optional<Digest> xattrs = {};

  /// Of a regular file's content. Only where it had to be compared.
  std::optional<Digest> content = {};
};

/// A path whose file is in one image only, or not the same in both.
struct FileDifference {
  /// Without a leading "/"; empty for the root. Any bytes but NUL.
  std::string path;

  std::optional<FileState> in_a = {};
  std::optional<FileState> in_b = {};

  /// When it is in both: in what it differs, in the order of the enumeration. Of files of different types, the type
  /// alone is told.
  std::vector<DiffAspect> aspects = {};
};

/// In what two images differ. Holds both trees: some 150 bytes for each path.
class OCCY_API ImageDiff {
 public:
  struct State;
  explicit ImageDiff(std::unique_ptr<const State> state);
  ~ImageDiff();
  ImageDiff(ImageDiff&&) noexcept;
  ImageDiff& operator=(ImageDiff&&) noexcept;

  /// All layers, those of the first image in its order, then those that only the second has. A layer that is listed
  /// several times is there several times. Empty when layers were to be ignored.
  [[nodiscard]] const std::vector<LayerDifference>& layers() const noexcept;

  /// In the order of the pointers.
  [[nodiscard]] const std::vector<ConfigDifference>& config() const noexcept;

  /// How many files are in the second image only, in the first only, and in both but not the same.
  struct FileCounts {
    std::size_t added = 0;
    std::size_t removed = 0;
    std::size_t changed = 0;
  };
  [[nodiscard]] FileCounts file_counts() const noexcept;

  /// Shows every file that differs, in the order of paths: a directory before what is in it. They are not all in memory
  /// at once.
  void for_each_file(const std::function<void(const FileDifference&)>& show) const;

  /// Whether nothing differs but what was to be ignored.
  [[nodiscard]] bool equal() const noexcept;

 private:
  std::unique_ptr<const State> state_;
};

/// Compares two images. Both inputs are fresh, and are used up.
///
/// Every layer that is in one image only is read once, whole, and held against the diff_id and the digests that name
/// it. Of layers that are in both, which the inputs' claims decide, little more than the headers is read, and they are
/// not proved: check() does that.
///
/// Throws Error: as process() does for an input that cannot be read or breaks its promises; Errc::limit when a tree has
/// more paths than `limits` allows, or sparse files expand to more. Blocks its caller; works on up to `jobs` threads.
[[nodiscard]] OCCY_API ImageDiff diff(ImageInput& a, ImageInput& b, const DiffOptions& options = {});

}  // namespace occy
