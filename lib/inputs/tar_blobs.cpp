#include "occy/inputs/tar_blobs.hpp"

#include <optional>
#include <utility>

#include "inputs/archive_file.hpp"
#include "inputs/first_look.hpp"
#include "inputs/layout_root.hpp"
#include "inputs/tar_members.hpp"
#include "io/file_source.hpp"
#include "occy/error.hpp"

namespace occy {

struct TarBlobInput::State {
  State(std::filesystem::path archive, TarInputOptions wanted) : path(std::move(archive)), options(std::move(wanted)) {}

  void open() {
    first_look.once([this] {
      auto opened = open_archive(path);
      if (!opened) throw tar::to_error(opened.error());
      file = std::move(*opened);
      index = tar::ArchiveIndex::build(*file, options.limits);
      members.emplace(*file, *index, path.string(), options.limits);
      if (const auto fault = members->fault()) throw tar::to_error(*fault);
      require_layout();
      root = documents.root(
          {.name = {.tag = {}, .image = options.image}, .digest = {}, .hint = "choose one: tar://PATH?image=NAME:TAG"});
    });
  }

  void require_layout() const {
    if (members->contains(tar::kLayoutFile)) return;
    throw Error(Errc::unsupported, Side::input,
                {.subject = path.string(),
                 .what = "the archive holds no index for several platforms",
                 .expected = std::string("an OCI layout, with the member ") + tar::kLayoutFile,
                 .found = "none",
                 .hint = "copy its image: leave --platform out"});
  }

  [[nodiscard]] const TarMembers& opened() const {
    if (members) return *members;
    throw Error(Errc::unsupported, Side::usage,
                {.subject = path.string(), .what = "a document or a blob is asked for before the root"});
  }

  std::filesystem::path path;
  TarInputOptions options;
  FirstLook first_look = {};
  std::optional<io::File> file = {};
  std::optional<tar::ArchiveIndex> index = {};
  std::optional<TarMembers> members = {};
  LayoutDocuments documents{path.string(), options.limits, [this](const auto& name, const auto& check) {
                              return opened().read_document(name, check);
                            }};
  LayoutRoot root{{.media_type = {}, .bytes = {}, .digest = Digest(Digest::Bytes{})}};
};

TarBlobInput::TarBlobInput(std::filesystem::path path, TarInputOptions options)
    : state_(std::make_unique<State>(std::move(path), std::move(options))) {}

TarBlobInput::~TarBlobInput() = default;

std::string TarBlobInput::name() const { return state_->path.string(); }

std::vector<Reference> TarBlobInput::references() {
  state_->open();
  return state_->root.references;
}

const ImageManifest& TarBlobInput::root() {
  state_->open();
  return state_->root.document;
}

ImageManifest TarBlobInput::document(const Descriptor& descriptor) { return state_->documents.document(descriptor); }

std::unique_ptr<BlockSource> TarBlobInput::blob(const Descriptor& descriptor) {
  const auto member = state_->opened().find(tar::blob_name(descriptor.digest));
  if (!member) throw tar::to_error(member.error());
  return std::make_unique<io::FileRangeSource>(*state_->file, (*member)->data_offset, (*member)->size);
}

}  // namespace occy
