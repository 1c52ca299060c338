// outputs/tar_spool_sink.hpp: a layer that waits, because what it becomes in the archive is known only at its end.
#pragma once

#include <utility>

#include "outputs/tar_sink.hpp"

namespace occy::outputs {

/// Writes into a file without a name, and appends it to the archive when the layer is proved. For archives of blobs
/// whose sizes are not known before: of a layer that a filter may change, two versions are on their way at once, and
/// only one of them comes to be.
class TarSpoolSink final : public LayerSink {
 public:
  /// `archive` is borrowed; its layout appends, and `layer` is open in its ledger.
  TarSpoolSink(TarArchive& archive, LayerInfo layer)
      : archive_(archive),
        layer_(std::move(layer)),
        file_(io::make_nameless_file(archive.spool_directory, Side::output)) {}
  TarSpoolSink(const TarSpoolSink&) = delete;
  TarSpoolSink& operator=(const TarSpoolSink&) = delete;
  ~TarSpoolSink() override { archive_.ledger.drop(layer_); }

  void write(Block bytes) override;
  void commit(const LayerRecord& record) override;

 private:
  TarArchive& archive_;
  LayerInfo layer_;
  io::File file_;
  std::uint64_t size_ = 0;
};

}  // namespace occy::outputs
