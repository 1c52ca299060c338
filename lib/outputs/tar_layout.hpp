// outputs/tar_layout.hpp: which bytes of the archive belong to which layer. Pure arithmetic: no file, no lock.
//
// Planned: every layer's size is known before, so each distinct layer has its place, in manifest order, and all of them
// may be written at once. In line: a layer is told its place when all that were taken before it have a size; a hint
// will do. Then they may be written at once too, and what the hints got wrong shows at the end: is_tight().
//
// "diff_id" and "size" are those of the bytes in the archive (tar_form.hpp): of a packed layer, its stored digest and
// size.
//
//   | header | layer, padded to 512 | header | layer … | ◀ end(): config, manifest.json, end-of-archive
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "occy/layer.hpp"
#include "tar/header.hpp"

namespace occy::outputs {

/// Room for one layer.
struct Place {
  std::uint64_t offset = 0;
  std::uint64_t header_size = tar::kBlock;

  /// The size that was announced. Missing: whatever comes.
  std::optional<std::uint64_t> data_size = {};

  /// How many bytes are free here, by a hint. Missing: nobody is told a place behind this one before it is kept.
  std::optional<std::uint64_t> room = {};

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
  /// One layer's part of the archive. Those in line lie in the order in which they were taken.
  using Turn = std::size_t;

  /// A layer that is in the archive.
  struct Stored {
    Turn turn = 0;
    LayerRecord record;
    Place place;
  };

  /// Plans when every layer's diff_id and size are known; otherwise layers stand in line.
  explicit TarLayout(const std::optional<std::vector<LayerInfo>>& layers = std::nullopt);

  /// How many turns may be out at once: as many as there are layers where they are planned, or each of them has a size
  /// or can have a hint; otherwise 1.
  [[nodiscard]] unsigned max_open() const noexcept { return max_open_; }

  /// False when the layer is stored, its turn is out, or others are planned.
  [[nodiscard]] bool wants(const LayerInfo& layer) const;

  /// Throws Error (side: output) when there is none: the layer is not wanted or was not planned, or too many are out.
  [[nodiscard]] Turn take(const LayerInfo& layer);

  /// Whether a hint at the layer's size is of use: it has none, and there may be others behind it.
  [[nodiscard]] bool needs_hint(Turn turn) const noexcept;

  /// Before it is told its place.
  void expect(Turn turn, std::uint64_t size) noexcept;

  /// Missing as long as a layer before it has no size; afterwards always the same.
  [[nodiscard]] std::optional<Place> place(Turn turn);

  /// Its place holds this layer now. Throws Error (side: output): Errc::size_mismatch, Errc::digest_mismatch when it is
  /// not the layer that was announced.
  Kept keep(Turn turn, const LayerRecord& record);

  /// The layer will not come; what was planned can be taken again.
  void release(Turn turn) noexcept;

  /// The stored layer with this diff_id; null when there is none.
  [[nodiscard]] const LayerRecord* find(const Digest& diff_id) const noexcept;

  /// A planned layer that is not stored: its place is a hole in the archive. Null when there is none.
  [[nodiscard]] const Digest* first_missing() const noexcept;

  /// Whether every stored layer begins where the one before it ends.
  [[nodiscard]] bool is_tight() const;

  /// In the order in which they lie.
  [[nodiscard]] std::vector<Stored> stored() const;

  /// Where the layers end: those that are stored or planned.
  [[nodiscard]] std::uint64_t end() const noexcept;

 private:
  struct Slot {
    std::optional<Digest> diff_id;  // these three as announced
    std::optional<std::uint64_t> announced;
    std::uint64_t header_size = tar::kBlock;

    std::optional<std::uint64_t> hint = {};
    std::optional<std::uint64_t> offset = {};  // fixed as soon as it, or one behind it, was told its place
    std::optional<LayerRecord> record = {};    // what is stored there
    enum class State { free, out, stored, gone } state = State::free;

    [[nodiscard]] std::optional<std::uint64_t> size() const noexcept;
    [[nodiscard]] Place place() const noexcept;
    [[nodiscard]] bool is_outgrown() const noexcept { return hint && record && record->size > *hint; }
  };

  void plan(const std::vector<LayerInfo>& layers);
  Turn join(const LayerInfo& layer);
  [[nodiscard]] bool is_out(const Digest& diff_id) const noexcept;
  [[nodiscard]] std::size_t count_out() const noexcept;

  std::vector<Slot> slots_;
  std::map<Digest, Turn> planned_;
  std::map<Digest, Turn> stored_;
  unsigned max_open_ = 1;
};

/// The header blocks of a layer under this name: as many as its place has room for. A size above 8 GiB - 1 takes PAX
/// records where it was planned, and base-256 in the one block of a place whose size was not known.
[[nodiscard]] std::vector<std::byte> layer_header(const std::string& name, const LayerRecord& record,
                                                  const Place& place);

}  // namespace occy::outputs
