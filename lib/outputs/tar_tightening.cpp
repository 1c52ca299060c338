#include "outputs/tar_tightening.hpp"

namespace occy::outputs {

void copy_tight(const TarArchive& from, TarArchive& into) {
  for (const auto& [turn, record, place] : from.layout.stored()) {
    TarSink sink(into, into.layout.take({.diff_id = record.diff_id, .size = place.data_size}));
    const auto overflow = from.overflows.find(turn);
    const bool is_outgrown = overflow != from.overflows.end();
    sink.copy(from.file, place.data_offset(), record.size - (is_outgrown ? overflow->second.size : 0));
    if (is_outgrown) sink.copy(overflow->second.file, 0, overflow->second.size);
    sink.commit(record);
  }
}

}  // namespace occy::outputs
