#include "outputs/store_sink.hpp"

#include "occy/error.hpp"

namespace occy::outputs {

void StoreSink::commit(const LayerRecord& record) {
  const std::uint64_t expected = record.stored ? record.stored->size : record.size;
  if (file_->size() != expected)
    throw Error(Errc::size_mismatch, Side::output,
                {.subject = record.diff_id.str(),
                 .what = "layer is not what was written",
                 .expected = std::to_string(expected) + " bytes",
                 .found = std::to_string(file_->size()) + " bytes"});
  keep_(*file_, record);
  kept_ = true;
}

}  // namespace occy::outputs
