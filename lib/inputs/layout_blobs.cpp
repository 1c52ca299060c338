#include "occy/inputs/layout_blobs.hpp"

#include <algorithm>
#include <utility>

#include "inputs/directory_members.hpp"
#include "inputs/first_look.hpp"
#include "inputs/oci_choice.hpp"
#include "io/file_source.hpp"
#include "occy/error.hpp"
#include "tar/oci_document.hpp"

namespace occy {
namespace {

template <class T>
T value_or_throw(tar::checked<T> checked) {
  if (!checked) throw tar::to_error(checked.error());
  return std::move(*checked);
}

[[noreturn]] void refuse_layout_root(Errc code, std::string subject, std::string what, std::string hint = {}) {
  throw Error(code, Side::input, {.subject = std::move(subject), .what = std::move(what), .hint = std::move(hint)});
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

std::size_t images_in(const std::vector<tar::IndexEntry>& entries) {
  return static_cast<std::size_t>(std::count_if(entries.begin(), entries.end(), [](const tar::IndexEntry& entry) {
    return entry.kind == tar::IndexEntry::Kind::image;
  }));
}

}  // namespace

struct LayoutBlobInput::State {
  std::filesystem::path path;
  LayoutBlobInputOptions options;
  FirstLook first_look = {};
  std::optional<DirectoryMembers> members = {};
  ImageManifest root = {.media_type = {}, .bytes = {}, .digest = Digest(Digest::Bytes{})};
  std::vector<Reference> references = {};

  void open() {
    first_look.once([this] { look(); });
  }

  void look() {
    members.emplace(value_or_throw(open_source_directory(path)), path.string(), options.limits);
    require_layout_file();
    root = options.digest ? read_document({.media_type = {}, .digest = *options.digest}) : choose_root();
    if (const Digest found = sha256(root.bytes); found != root.digest)
      throw Error(Errc::digest_mismatch, Side::input,
                  {.subject = members->subject(tar::blob_name(root.digest)),
                   .what = "the blob is not what its name promises",
                   .expected = root.digest.str(),
                   .found = found.str()});
  }

  void require_layout_file() const {
    const auto text = value_or_throw(members->read_document(tar::kLayoutFile, "archive"));
    if (const auto checked = tar::check_layout_file(text, options.limits); !checked)
      refuse_layout_root(Errc::unsupported, members->subject(tar::kLayoutFile), tar::located(checked.error()));
  }

  ImageManifest choose_root() {
    std::string text = value_or_throw(members->read_document(tar::kIndexFile, "index"));
    const tar::OciDocument index = parse(tar::kIndexFile, text);
    const auto named = choose_by_name(index.manifests, {.tag = options.tag, .image = {}});
    if (!named)
      refuse_layout_root(Errc::not_found, members->name(), named.error().message,
                         "choose one: layout://PATH:TAG, layout://PATH@DIGEST");
    if (named->size() == 1) {
      references = references_to(index.manifests, named->front().descriptor.digest);
      return read_document(named->front().descriptor);
    }
    if (named->size() != images_in(index.manifests))
      refuse_layout_root(Errc::unsupported, members->name(),
                         "the name stands for several manifests, and not for an index",
                         "copy one image: --platform OS/ARCHITECTURE");
    const Digest digest = sha256(text);
    return {.media_type = tar::media_type_of(index), .bytes = std::move(text), .digest = digest};
  }

  tar::OciDocument parse(const std::string& name, const std::string& text) const {
    auto document = tar::parse_oci_document(text, options.limits);
    if (!document) refuse_layout_root(Errc::bad_document, members->subject(name), tar::located(document.error()));
    return std::move(*document);
  }

  ImageManifest read_document(const Descriptor& descriptor) const {
    const std::string name = tar::blob_name(descriptor.digest);
    std::string bytes = value_or_throw(members->read_document(name, "index"));
    std::string media_type =
        descriptor.media_type.empty() ? tar::media_type_of(parse(name, bytes)) : descriptor.media_type;
    return {.media_type = std::move(media_type), .bytes = std::move(bytes), .digest = descriptor.digest};
  }
};

LayoutBlobInput::LayoutBlobInput(std::filesystem::path path, LayoutBlobInputOptions options)
    : state_(new State{.path = std::move(path), .options = std::move(options)}) {}

LayoutBlobInput::~LayoutBlobInput() = default;

std::string LayoutBlobInput::name() const { return state_->path.string(); }

std::vector<Reference> LayoutBlobInput::references() {
  state_->open();
  return state_->references;
}

const ImageManifest& LayoutBlobInput::root() {
  state_->open();
  return state_->root;
}

ImageManifest LayoutBlobInput::document(const Descriptor& descriptor) { return state_->read_document(descriptor); }

std::unique_ptr<BlockSource> LayoutBlobInput::blob(const Descriptor& descriptor) {
  return std::make_unique<BlobFile>(value_or_throw(state_->members->open(tar::blob_name(descriptor.digest))));
}

}  // namespace occy
