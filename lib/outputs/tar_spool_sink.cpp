#include "outputs/tar_spool_sink.hpp"

namespace occy::outputs {

void TarSpoolSink::write(Block bytes) {
  file_.write_at(bytes, size_);
  size_ += bytes.size();
}

void TarSpoolSink::commit(const LayerRecord& record) {
  const LayerRecord member = as_member(archive_.form, record);
  TarLayout::Turn turn = 0;
  {
    const std::lock_guard lock(archive_.mutex);
    if (archive_.layout.find(member.diff_id) != nullptr) {
      archive_.ledger.add({}, record);
      return;
    }
    turn = archive_.layout.take({.diff_id = member.diff_id, .size = member.size});
  }
  TarSink sink(archive_, turn);
  sink.copy(file_, 0, size_);
  sink.commit(record);
}

}  // namespace occy::outputs
