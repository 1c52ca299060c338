#include "outputs/tar_draft.hpp"

#include "io/directory.hpp"
#include "occy/error.hpp"
#include "tar/archive_stream_writer.hpp"

namespace occy::outputs {

TarDraft::TarDraft(const std::filesystem::path& path, TarForm form,
                   const std::optional<std::vector<LayerInfo>>& members)
    : file_(path),
      archive_{.file = file_.file(),
               .form = form,
               .layout = TarLayout(members),
               .spool_directory = io::parent_of(file_.final_path())} {
  if (const auto planned = archive_.layout.end(); planned != 0) archive_.file.reserve(planned);
}

void TarDraft::require_members() const {
  if (const Digest* missing = archive_.layout.first_missing())
    throw Error(Errc::not_found, Side::output,
                {.subject = file_.final_path().string(), .what = "layer was not written", .expected = missing->str()});
}

void TarDraft::append(const TarDocument& document) {
  tar::ArchiveStreamWriter([this](Block bytes) {
    write_behind_layers(bytes);
  }).add_member(document.name, document.bytes);
}

void TarDraft::end() {
  tar::ArchiveStreamWriter([this](Block bytes) { write_behind_layers(bytes); }).end_archive();
  archive_.file.resize(end_);  // a discarded layer may have reached further
}

void TarDraft::write_behind_layers(Block bytes) {
  if (end_ == 0) end_ = archive_.layout.end();
  archive_.file.write_at(bytes, end_);
  end_ += bytes.size();
}

}  // namespace occy::outputs
