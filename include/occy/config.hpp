// occy/config.hpp: the image config, the document whose digest is the image id.
//
// The raw bytes are the identity: they are kept as they came and written as they came. The members are a view of what
// occy needs to know; fields that it does not know stay in the bytes. Specification: OCI image-spec 1.1, config.md.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "occy/digest.hpp"
#include "occy/export.hpp"
#include "occy/limits.hpp"
#include "occy/platform.hpp"
#include "occy/result.hpp"

namespace occy {

/// One step of how the image was made.
struct HistoryEntry {
  std::string created = {};  ///< RFC 3339, as written; empty when absent
  std::string created_by = {};
  std::string author = {};
  std::string comment = {};

  /// What became of the step. Steps with `metadata_only` have no layer.
  enum class Kind { layer, metadata_only } kind = Kind::layer;
};

/// What a config is made from when there is none yet.
struct ConfigRecipe {
  Platform platform;
  std::vector<Digest> diff_ids;
  std::vector<HistoryEntry> history = {};
  std::string created = "1970-01-01T00:00:00Z";
  std::vector<std::string> command = {};      ///< the default command line, "Cmd"
  std::vector<std::string> environment = {};  ///< "NAME=value"
  std::string working_directory = {};
};

/// A parsed config and its bytes. A plain value.
class OCCY_API ImageConfig {
 public:
  /// Reads a config. Refuses: not UTF-8, duplicate keys, text after the value, nesting or size over `limits`, a missing
  /// or ill-typed `rootfs.type`, `os` or `architecture`, ill-typed `rootfs.diff_ids` or history, more layers than
  /// `limits` allows. Engines leave `rootfs.diff_ids` out, or write null, for an image without layers.
  [[nodiscard]] static result<ImageConfig> parse(std::string bytes, const Limits& limits = {});

  /// Writes a new config. The same recipe gives the same bytes. Throws Error (Errc::bad_text) when a text of the recipe
  /// is not UTF-8, or when what it makes is over the default Limits.
  [[nodiscard]] static ImageConfig make(const ConfigRecipe& recipe);

  /// The document, byte for byte as parse() got it.
  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

  /// The digest of bytes(): the image id of the classic Docker store and of Podman.
  [[nodiscard]] const Digest& digest() const noexcept { return digest_; }

  [[nodiscard]] const Platform& platform() const noexcept { return platform_; }

  /// "layers" is the only one that the specification knows.
  [[nodiscard]] const std::string& rootfs_type() const noexcept { return rootfs_type_; }

  /// The digests of the uncompressed layers, lowest layer first.
  [[nodiscard]] const std::vector<Digest>& diff_ids() const noexcept { return diff_ids_; }

  [[nodiscard]] const std::vector<HistoryEntry>& history() const noexcept { return history_; }

  /// RFC 3339 as written; empty when absent.
  [[nodiscard]] const std::string& created() const noexcept { return created_; }

 private:
  explicit ImageConfig(std::string bytes);

  std::string bytes_;
  Digest digest_;
  Platform platform_;
  std::string rootfs_type_;
  std::vector<Digest> diff_ids_;
  std::vector<HistoryEntry> history_;
  std::string created_;
};

/// The history step that made the layer at `index`; null when history does not say.
[[nodiscard]] OCCY_API const HistoryEntry* history_of_layer(const ImageConfig& config, std::size_t index) noexcept;

}  // namespace occy
