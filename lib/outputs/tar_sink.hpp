// outputs/tar_sink.hpp: writes one layer into its place in the archive.
#pragma once

#include <map>
#include <mutex>

#include "io/file.hpp"
#include "occy/layer.hpp"
#include "outputs/tar_form.hpp"
#include "outputs/tar_layout.hpp"

namespace occy::outputs {

/// What the sinks of one archive share. The file takes writes from several threads; the layout needs the lock.
struct TarArchive {
  io::File& file;
  TarForm form;
  TarLayout layout;
  std::map<Digest, LayerRecord> records = {};  ///< by diff_id: the layers that the archive has
  std::mutex mutex = {};
};

/// Bytes first, the header when the layer is proved: until then the place has no header, and the archive no such layer.
class TarSink final : public LayerSink {
 public:
  /// `archive` is borrowed, `place` was taken from its layout.
  TarSink(TarArchive& archive, const Place& place) noexcept : archive_(archive), place_(place) {}
  TarSink(const TarSink&) = delete;
  TarSink& operator=(const TarSink&) = delete;
  ~TarSink() override;

  void write(Block bytes) override;
  void commit(const LayerRecord& record) override;

 private:
  void check_room(std::uint64_t bytes) const;
  void hand_over() noexcept;
  void write_padding();

  TarArchive& archive_;
  Place place_;
  std::uint64_t written_ = 0;
  std::uint64_t handed_over_ = 0;  ///< written, and the kernel was asked to bring it to disk
  bool kept_ = false;
};

}  // namespace occy::outputs
