#include "outputs/load_sinks.hpp"

#include <utility>

#include "io/file_source.hpp"
#include "outputs/load_archive.hpp"
#include "tar/docker_archive.hpp"

namespace occy {

LoadSink::LoadSink(LoadArchive& archive, const std::string& name, const Limits& limits)
    : archive_(archive), guard_(name, limits) {}

LoadSink::~LoadSink() {
  if (!committed_) archive_.abandon();
}

void LoadSink::write(Block bytes) {
  guard_.push(bytes);
  take(bytes);
}

void LoadSink::commit(const LayerRecord& record) {
  end(record);
  committed_ = true;
}

StreamedSink::StreamedSink(LoadArchive& archive, std::string member, std::uint64_t size, const Limits& limits)
    : LoadSink(archive, member, limits), member_(std::move(member)) {
  this->archive().writer().begin_member(member_, size);
}

void StreamedSink::take(Block bytes) { archive().writer().write(bytes); }

void StreamedSink::end(const LayerRecord& record) {
  archive().writer().end_member();
  archive().record(record, member_);
}

SpooledSink::SpooledSink(LoadArchive& archive, const std::string& name, const std::filesystem::path& directory,
                         const Limits& limits)
    : LoadSink(archive, name, limits), spool_(io::make_nameless_file(directory, Side::output)) {}

void SpooledSink::take(Block bytes) {
  spool_.write_at(bytes, size_);
  size_ += bytes.size();
}

void SpooledSink::end(const LayerRecord& record) {
  if (archive().has(record.diff_id)) return;
  auto member = tar::layer_member_name(record.diff_id);
  archive().writer().begin_member(member, size_);
  io::FileRangeSource source{spool_, 0, size_};
  for (Block block = source.next(); !block.empty(); block = source.next()) archive().writer().write(block);
  archive().writer().end_member();
  archive().record(record, std::move(member));
}

}  // namespace occy
