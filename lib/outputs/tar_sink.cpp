#include "outputs/tar_sink.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "io/file_source.hpp"
#include "model/running.hpp"
#include "occy/error.hpp"

namespace occy::outputs {

TarSink::~TarSink() {
  if (kept_) return;
  archive_.ledger.drop(layer_);
  const std::lock_guard lock(archive_.mutex);
  archive_.layout.release(turn_);
  archive_.layout_changed.notify_all();
}

void TarSink::prepare(const SizeHint& hint, const std::stop_token& stop) {
  std::unique_lock lock(archive_.mutex);
  if (archive_.layout.needs_hint(turn_)) {
    lock.unlock();
    const auto size = hint();
    lock.lock();
    if (size) archive_.layout.expect(turn_, *size);
    archive_.layout_changed.notify_all();
  }
  const auto has_place = [&] { return (place_ = archive_.layout.place(turn_)).has_value(); };
  if (!archive_.layout_changed.wait(lock, stop, has_place)) require_running(stop);
}

void TarSink::write(Block bytes) {
  check_room(bytes.size());
  const std::uint64_t room = place().room.value_or(std::numeric_limits<std::uint64_t>::max()) - written_;
  const auto here = bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes.size())));
  if (!here.empty()) write_here(here);
  if (here.size() < bytes.size()) write_overflow(bytes.subspan(here.size()));
}

void TarSink::copy(const io::File& file, std::uint64_t offset, std::uint64_t size) {
  io::FileRangeSource bytes(file, offset, size);
  for (Block block = bytes.next(); !block.empty(); block = bytes.next()) {
    require_running(archive_.stop);
    write(block);
  }
}

void TarSink::commit(const LayerRecord& record) {
  const LayerRecord member = as_member(archive_.form, record);
  const std::uint64_t size = written_ + (overflow_ ? overflow_->size : 0);
  if (member.size != size)
    throw Error(Errc::size_mismatch, Side::output,
                {.subject = record.diff_id.str(),
                 .what = "layer is not what was written",
                 .expected = std::to_string(member.size) + " bytes",
                 .found = std::to_string(size) + " bytes"});
  write_padding();
  archive_.file.write_at(layer_header(layer_name(archive_.form, record), member, place()), place().offset);

  const std::lock_guard lock(archive_.mutex);
  archive_.layout.keep(turn_, member);
  archive_.ledger.add(layer_, record);
  if (overflow_) archive_.overflows.emplace(turn_, std::move(*overflow_));
  kept_ = true;
  archive_.layout_changed.notify_all();
}

/// Without prepare(), no other sink is open.
const Place& TarSink::place() {
  if (place_) return *place_;
  const std::lock_guard lock(archive_.mutex);
  place_ = archive_.layout.place(turn_);
  if (!place_)
    throw Error(Errc::unsupported, Side::output,
                {.subject = archive_.file.path().string(), .what = "a layer is written before its place is known"});
  return *place_;
}

// A byte too many would be the first of the next layer's header.
void TarSink::check_room(std::uint64_t bytes) {
  const auto& announced = place().data_size;
  if (!announced || bytes <= *announced - written_) return;
  throw Error(Errc::size_mismatch, Side::output,
              {.subject = archive_.file.path().string(),
               .what = "layer is longer than announced",
               .expected = std::to_string(*announced) + " bytes",
               .found = "at least " + std::to_string(written_ + bytes) + " bytes"});
}

void TarSink::write_here(Block bytes) {
  archive_.file.write_at(bytes, place().data_offset() + written_);
  written_ += bytes.size();
  if (written_ - handed_over_ >= io::kWriteBackSize) hand_over();
}

void TarSink::write_overflow(Block bytes) {
  if (!overflow_) overflow_.emplace(Overflow{.file = io::make_nameless_file(archive_.spool_directory, Side::output)});
  overflow_->file.write_at(bytes, overflow_->size);
  overflow_->size += bytes.size();
}

void TarSink::hand_over() noexcept {
  archive_.file.start_write_back(place_->data_offset() + handed_over_, written_ - handed_over_);
  handed_over_ = written_;
}

// Written, not left to the file's zeros: a layer that was discarded may have left its bytes here.
void TarSink::write_padding() {
  static constexpr std::array<std::byte, tar::kBlock> kZeros{};
  const auto size = tar::padded(written_) - written_;
  if (size != 0) archive_.file.write_at(Block(kZeros).first(size), place().data_offset() + written_);
}

}  // namespace occy::outputs
