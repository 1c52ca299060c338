// outputs/tar_layout.hpp: which bytes of the archive belong to which layer. Pure arithmetic: no file, no lock.
//
// Planned: every layer's size is known before, so each distinct layer has its place, in manifest order, and all of them
// may be written at once. Appended: the next layer begins where the last committed one ended, one at a time.
//
// "diff_id" and "size" are those of the bytes in the archive (tar_form.hpp): of a packed layer, its stored digest and
// size.
//
//   | header | layer, padded to 512 | header | layer … | ◀ end(): config, manifest.json, end-of-archive
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "occy/layer.hpp"
#include "tar/header.hpp"

namespace occy::outputs {

/// Room for one layer.
struct Place {
  std::uint64_t offset = 0;
  std::uint64_t header_size = tar::kBlock;

  /// Missing: whatever comes.
  std::optional<std::uint64_t> data_size = {};

  [[nodiscard]] std::uint64_t data_offset() const noexcept { return offset + header_size; }
};

/// What became of a layer that was committed.
enum class Kept {
  stored,
  duplicate,  ///< the same layer is there already; the place is free again
};

/// Hands out places. What was released, or never committed, is not part of the archive.
class TarLayout {
 public:
  /// Plans when every layer's diff_id and size are known; otherwise appends.
  explicit TarLayout(const std::optional<std::vector<LayerInfo>>& layers = std::nullopt);

  /// How many places may be out at once.
  [[nodiscard]] unsigned max_open() const noexcept;

  /// False when the layer is stored, or its place is out.
  [[nodiscard]] bool wants(const LayerInfo& layer) const;

  /// Throws Error (side: output) when there is no place: the layer is not wanted or was not planned, or another is
  /// open.
  [[nodiscard]] Place take(const LayerInfo& layer);

  /// The place holds this layer now. Throws Error (side: output): Errc::size_mismatch, Errc::digest_mismatch when it is
  /// not the layer that was planned.
  Kept keep(const Place& place, const LayerRecord& record);

  /// The layer will not come; the place can be taken again.
  void release(const Place& place) noexcept;

  /// The stored layer with this diff_id; null when there is none.
  [[nodiscard]] const LayerRecord* find(const Digest& diff_id) const noexcept;

  /// A planned layer that is not stored: its place is a hole in the archive. Null when there is none.
  [[nodiscard]] const Digest* first_missing() const noexcept;

  /// Where the layers end.
  [[nodiscard]] std::uint64_t end() const noexcept { return end_; }

 private:
  [[nodiscard]] bool plan(const std::vector<LayerInfo>& layers);

  std::map<Digest, Place> planned_;
  std::vector<Digest> order_;
  std::map<std::uint64_t, std::optional<Digest>> open_;  // by offset; the diff_id where it is known
  std::map<Digest, LayerRecord> stored_;
  std::uint64_t end_ = 0;
};

/// The header blocks of a layer under this name: as many as its place has room for. A size above 8 GiB - 1 takes PAX
/// records where it was planned, and base-256 in the one block of a place whose size was not known.
[[nodiscard]] std::vector<std::byte> layer_header(const std::string& name, const LayerRecord& record,
                                                  const Place& place);

}  // namespace occy::outputs
