#include "outputs/tar_sink.hpp"

#include <array>
#include <string>

#include "occy/error.hpp"

namespace occy::outputs {

TarSink::~TarSink() {
  if (kept_) return;
  const std::lock_guard lock(archive_.mutex);
  archive_.layout.release(place_);
}

void TarSink::write(Block bytes) {
  check_room(bytes.size());
  archive_.file.write_at(bytes, place_.data_offset() + written_);
  written_ += bytes.size();
  if (written_ - handed_over_ >= io::kWriteBackSize) hand_over();
}

void TarSink::commit(const LayerRecord& record) {
  const LayerRecord member = as_member(archive_.form, record);
  if (member.size != written_)
    throw Error(Errc::size_mismatch, Side::output,
                {.subject = record.diff_id.str(),
                 .what = "layer is not what was written",
                 .expected = std::to_string(member.size) + " bytes",
                 .found = std::to_string(written_) + " bytes"});
  write_padding();
  archive_.file.write_at(layer_header(layer_name(archive_.form, record), member, place_), place_.offset);

  const std::lock_guard lock(archive_.mutex);
  archive_.layout.keep(place_, member);
  archive_.records.emplace(record.diff_id, record);
  kept_ = true;
}

// A byte too many would be the first of the next layer's header.
void TarSink::check_room(std::uint64_t bytes) const {
  if (!place_.data_size || bytes <= *place_.data_size - written_) return;
  throw Error(Errc::size_mismatch, Side::output,
              {.subject = archive_.file.path().string(),
               .what = "layer is longer than announced",
               .expected = std::to_string(*place_.data_size) + " bytes",
               .found = "at least " + std::to_string(written_ + bytes) + " bytes"});
}

void TarSink::hand_over() noexcept {
  archive_.file.start_write_back(place_.data_offset() + handed_over_, written_ - handed_over_);
  handed_over_ = written_;
}

// Written, not left to the file's zeros: a layer that was discarded may have left its bytes here.
void TarSink::write_padding() {
  static constexpr std::array<std::byte, tar::kBlock> kZeros{};
  const auto size = tar::padded(written_) - written_;
  if (size != 0) archive_.file.write_at(Block(kZeros).first(size), place_.data_offset() + written_);
}

}  // namespace occy::outputs
