#include "outputs/tar_tightening.hpp"

#include "io/file_source.hpp"

namespace occy::outputs {
namespace {

void copy(const io::File& file, std::uint64_t offset, std::uint64_t size, TarSink& sink) {
  io::FileRangeSource bytes(file, offset, size);
  for (Block block = bytes.next(); !block.empty(); block = bytes.next()) sink.write(block);
}

}  // namespace

void copy_tight(const TarArchive& from, TarArchive& into) {
  for (const auto& [turn, record, place] : from.layout.stored()) {
    TarSink sink(into, into.layout.take({.diff_id = record.diff_id, .size = place.data_size}));
    const auto overflow = from.overflows.find(turn);
    const bool is_outgrown = overflow != from.overflows.end();
    copy(from.file, place.data_offset(), record.size - (is_outgrown ? overflow->second.size : 0), sink);
    if (is_outgrown) copy(overflow->second.file, 0, overflow->second.size, sink);
    sink.commit(record);
  }
}

}  // namespace occy::outputs
