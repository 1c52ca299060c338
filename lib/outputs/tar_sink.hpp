// outputs/tar_sink.hpp: writes one layer into its place in the archive.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

#include "io/file.hpp"
#include "occy/layer.hpp"
#include "outputs/layer_ledger.hpp"
#include "outputs/tar_form.hpp"
#include "outputs/tar_layout.hpp"

namespace occy::outputs {

/// What had no room in the place of its layer: the layer's last bytes, in a file without a name.
struct Overflow {
  io::File file;
  std::uint64_t size = 0;
};

/// What the sinks of one archive share. The file and the ledger take several threads; the rest needs the lock.
struct TarArchive {
  io::File& file;
  TarForm form;
  TarLayout layout;
  std::filesystem::path spool_directory;  ///< for files without a name
  std::stop_token stop = {};              ///< ends what copies a layer as a whole
  LayerLedger ledger = {};                ///< of layers by diff_id, while the layout knows their members
  std::map<TarLayout::Turn, Overflow> overflows = {};
  std::mutex mutex = {};
  std::condition_variable_any layout_changed = {};
};

/// Bytes first, the header when the layer is proved: until then the place has no header, and the archive no such layer.
class TarSink final : public LayerSink {
 public:
  /// `archive` is borrowed, `turn` was taken from its layout, `layer` is open in its ledger.
  TarSink(TarArchive& archive, TarLayout::Turn turn, LayerInfo layer = {})
      : archive_(archive), turn_(turn), layer_(std::move(layer)) {}
  TarSink(const TarSink&) = delete;
  TarSink& operator=(const TarSink&) = delete;
  ~TarSink() override;

  /// Returns when the layers before this one have sizes.
  void prepare(const SizeHint& hint, const std::stop_token& stop) override;
  void write(Block bytes) override;

  /// Writes this part of a file. Throws Errc::cancelled after a stop request.
  void copy(const io::File& file, std::uint64_t offset, std::uint64_t size);
  void commit(const LayerRecord& record) override;

 private:
  [[nodiscard]] const Place& place();
  void check_room(std::uint64_t bytes);
  void write_here(Block bytes);
  void write_overflow(Block bytes);
  void hand_over() noexcept;
  void write_padding();

  TarArchive& archive_;
  TarLayout::Turn turn_;
  LayerInfo layer_;
  std::optional<Place> place_ = {};
  std::uint64_t written_ = 0;      ///< to the place
  std::uint64_t handed_over_ = 0;  ///< written, and the kernel was asked to bring it to disk
  std::optional<Overflow> overflow_ = {};
  bool kept_ = false;
};

}  // namespace occy::outputs
