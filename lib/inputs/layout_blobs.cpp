#include "occy/inputs/layout_blobs.hpp"

#include <utility>

#include "inputs/directory_members.hpp"
#include "inputs/first_look.hpp"
#include "inputs/layout_root.hpp"
#include "io/file_source.hpp"
#include "occy/error.hpp"

namespace occy {
namespace {

template <class T>
T value_or_throw(tar::checked<T> checked) {
  if (!checked) throw tar::to_error(checked.error());
  return std::move(*checked);
}

/// A file that is read to its end.
class BlobFile final : public BlockSource {
 public:
  explicit BlobFile(io::File file) : file_(std::move(file)), source_(file_, 0, file_.size()) {}
  Block next() override { return source_.next(); }

 private:
  io::File file_;
  io::FileRangeSource source_;
};

}  // namespace

struct LayoutBlobInput::State {
  State(std::filesystem::path layout, LayoutBlobInputOptions wanted)
      : path(std::move(layout)), options(std::move(wanted)) {}

  void open() {
    first_look.once([this] {
      members.emplace(value_or_throw(open_source_directory(path)), path.string(), options.limits);
      root = documents.root({.name = {.tag = options.tag, .image = {}},
                             .digest = options.digest,
                             .hint = "choose one: layout://PATH:TAG, layout://PATH@DIGEST"});
    });
  }

  [[nodiscard]] const DirectoryMembers& opened() const {
    if (members) return *members;
    throw Error(Errc::unsupported, Side::usage,
                {.subject = path.string(), .what = "a document or a blob is asked for before the root"});
  }

  std::filesystem::path path;
  LayoutBlobInputOptions options;
  FirstLook first_look = {};
  std::optional<DirectoryMembers> members = {};
  LayoutDocuments documents{path.string(), options.limits, [this](const auto& name, const auto& check) {
                              return opened().read_document(name, check);
                            }};
  LayoutRoot root{{.media_type = {}, .bytes = {}, .digest = Digest(Digest::Bytes{})}};
};

LayoutBlobInput::LayoutBlobInput(std::filesystem::path path, LayoutBlobInputOptions options)
    : state_(std::make_unique<State>(std::move(path), std::move(options))) {}

LayoutBlobInput::~LayoutBlobInput() = default;

std::string LayoutBlobInput::name() const { return state_->path.string(); }

std::vector<Reference> LayoutBlobInput::references() {
  state_->open();
  return state_->root.references;
}

const ImageManifest& LayoutBlobInput::root() {
  state_->open();
  return state_->root.document;
}

ImageManifest LayoutBlobInput::document(const Descriptor& descriptor) { return state_->documents.document(descriptor); }

std::unique_ptr<BlockSource> LayoutBlobInput::blob(const Descriptor& descriptor) {
  return std::make_unique<BlobFile>(value_or_throw(state_->opened().open(tar::blob_name(descriptor.digest))));
}

}  // namespace occy
