#include "outputs/load_sinks.hpp"

#include <utility>

#include "io/file_source.hpp"
#include "occy/error.hpp"
#include "outputs/load_archive.hpp"
#include "tar/header.hpp"

namespace occy {
namespace {

/// As every tar archive is. What gzip says of its last member, of several, mostly is not.
bool is_whole_blocks(std::uint64_t size) { return size != 0 && size % tar::kBlock == 0; }

}  // namespace

LoadSink::LoadSink(LoadArchive& archive, const LayerInfo& layer, const Limits& limits)
    : archive_(archive), layer_(layer), guard_(layer.name, limits) {}

LoadSink::~LoadSink() {
  archive_.forget(layer_);
  if (sent_ == Sent::some) archive_.abandon();
}

void LoadSink::write(Block bytes) {
  guard_.push(bytes);
  take(bytes);
}

void LoadSink::commit(const LayerRecord& record) {
  end(record);
  sent_ = Sent::whole;
}

void LoadSink::begin_member(const std::string& member, std::uint64_t size) {
  sent_ = Sent::some;
  archive_.writer().begin_member(member, size);
}

void LoadSink::give_up_member() {
  archive_.writer().fill_member();
  sent_ = Sent::nothing;
}

StreamedSink::StreamedSink(LoadArchive& archive, const LayerInfo& layer, std::string member, const Limits& limits)
    : LoadSink(archive, layer, limits), member_(std::move(member)) {
  begin_member(member_, *layer.size);
}

void StreamedSink::take(Block bytes) { archive().writer().write(bytes); }

void StreamedSink::end(const LayerRecord& record) {
  archive().writer().end_member();
  archive().record(record, member_);
}

UnsizedSink::UnsizedSink(LoadArchive& archive, const LayerInfo& layer, std::filesystem::path directory,
                         const Limits& limits)
    : LoadSink(archive, layer, limits), directory_(std::move(directory)), limit_(limits.expanded_layer_bytes) {}

void UnsizedSink::prepare(const SizeHint& hint, const std::stop_token&) {
  if (!archive().trusts_hint(layer())) return;
  const auto size = hint();
  if (!size || !is_whole_blocks(*size) || *size > limit_) return;
  hint_ = size;
  member_ = archive().member_name(layer().diff_id);
  begin_member(member_, *size);
}

void UnsizedSink::take(Block bytes) {
  if (!hint_) return spool(bytes);
  if (bytes.size() > *hint_ - size_) lose("more");
  archive().writer().write(bytes);
  size_ += bytes.size();
}

void UnsizedSink::end(const LayerRecord& record) {
  if (!hint_) return send_spooled(record);
  if (size_ != *hint_) lose(std::to_string(size_) + " bytes");
  archive().writer().end_member();
  archive().record(record, member_);
}

void UnsizedSink::spool(Block bytes) {
  if (!spool_) spool_ = io::make_nameless_file(directory_, Side::output);
  spool_->write_at(bytes, size_);
  size_ += bytes.size();
}

void UnsizedSink::send_spooled(const LayerRecord& record) {
  if (archive().has(record.diff_id)) return;
  member_ = archive().member_name(record.diff_id);
  begin_member(member_, size_);
  if (spool_) send_file();
  archive().writer().end_member();
  archive().record(record, member_);
}

void UnsizedSink::send_file() {
  io::FileRangeSource source{*spool_, 0, size_};
  for (Block block = source.next(); !block.empty(); block = source.next()) archive().writer().write(block);
}

/// What has been sent stays in the archive, which says nothing of it; the layer is to come again.
void UnsizedSink::lose(std::string found) {
  give_up_member();
  archive().lose(layer());
  throw Error{Errc::interrupted, Side::output,
              ErrorDetail{.subject = layer().name,
                          .what = "the layer is not as large as its last bytes say",
                          .expected = std::to_string(*hint_) + " bytes",
                          .found = std::move(found)}};
}

}  // namespace occy
