#include "outputs/load_sinks.hpp"

#include <utility>

#include "io/file_source.hpp"
#include "outputs/load_archive.hpp"
#include "tar/docker_archive.hpp"

namespace occy {

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

StreamedSink::StreamedSink(LoadArchive& archive, const LayerInfo& layer, std::string member, const Limits& limits)
    : LoadSink(archive, layer, limits), member_(std::move(member)) {
  begin_member(member_, *layer.size);
}

void StreamedSink::take(Block bytes) { archive().writer().write(bytes); }

void StreamedSink::end(const LayerRecord& record) {
  archive().writer().end_member();
  archive().record(record, member_);
}

SpooledSink::SpooledSink(LoadArchive& archive, const LayerInfo& layer, const std::filesystem::path& directory,
                         const Limits& limits)
    : LoadSink(archive, layer, limits), spool_(io::make_nameless_file(directory, Side::output)) {}

void SpooledSink::take(Block bytes) {
  spool_.write_at(bytes, size_);
  size_ += bytes.size();
}

void SpooledSink::end(const LayerRecord& record) {
  if (archive().has(record.diff_id)) return;
  auto member = tar::layer_member_name(record.diff_id);
  begin_member(member, size_);
  io::FileRangeSource source{spool_, 0, size_};
  for (Block block = source.next(); !block.empty(); block = source.next()) archive().writer().write(block);
  archive().writer().end_member();
  archive().record(record, std::move(member));
}

}  // namespace occy
