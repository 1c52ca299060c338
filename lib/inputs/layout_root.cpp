#include "inputs/layout_root.hpp"

#include <algorithm>
#include <utility>

#include "occy/error.hpp"

namespace occy {
namespace {

[[noreturn]] void refuse_layout_root(Errc code, std::string subject, std::string what, std::string hint = {}) {
  throw Error(code, Side::input, {.subject = std::move(subject), .what = std::move(what), .hint = std::move(hint)});
}

std::size_t images_in(const std::vector<tar::IndexEntry>& entries) {
  return static_cast<std::size_t>(std::count_if(entries.begin(), entries.end(), [](const tar::IndexEntry& entry) {
    return entry.kind == tar::IndexEntry::Kind::image;
  }));
}

}  // namespace

LayoutRoot LayoutDocuments::root(const LayoutChoice& choice) const {
  require_layout_file();
  LayoutRoot root = choice.digest ? LayoutRoot{document({.media_type = {}, .digest = *choice.digest})} : chosen(choice);
  if (const Digest found = sha256(root.document.bytes); found != root.document.digest)
    throw Error(Errc::digest_mismatch, Side::input,
                {.subject = tar::member_subject(name_, tar::blob_name(root.document.digest)),
                 .what = "the blob is not what its name promises",
                 .expected = root.document.digest.str(),
                 .found = found.str()});
  return root;
}

void LayoutDocuments::require_layout_file() const {
  const std::string text = read(tar::kLayoutFile, "archive");
  if (const auto checked = tar::check_layout_file(text, limits_); !checked)
    refuse_layout_root(Errc::unsupported, tar::member_subject(name_, tar::kLayoutFile), tar::located(checked.error()));
}

LayoutRoot LayoutDocuments::chosen(const LayoutChoice& choice) const {
  std::string text = read(tar::kIndexFile, "index");
  const tar::OciDocument index = parse(tar::kIndexFile, text);
  const auto named = choose_by_name(index.manifests, choice.name);
  if (!named) refuse_layout_root(Errc::not_found, name_, named.error().message, choice.hint);
  if (named->size() == 1) {
    const Descriptor& descriptor = named->front().descriptor;
    return {.document = document(descriptor), .references = references_to(index.manifests, descriptor.digest)};
  }
  if (named->size() != images_in(index.manifests))
    refuse_layout_root(Errc::unsupported, name_, "the name stands for several manifests, and not for an index",
                       "copy one image: --platform OS/ARCHITECTURE");
  const Digest digest = sha256(text);
  return {.document = {.media_type = tar::media_type_of(index), .bytes = std::move(text), .digest = digest}};
}

ImageManifest LayoutDocuments::document(const Descriptor& descriptor) const {
  const std::string name = tar::blob_name(descriptor.digest);
  std::string bytes = read(name, "index");
  std::string media_type =
      descriptor.media_type.empty() ? tar::media_type_of(parse(name, bytes)) : descriptor.media_type;
  return {.media_type = std::move(media_type), .bytes = std::move(bytes), .digest = descriptor.digest};
}

std::string LayoutDocuments::read(const std::string& name, const char* check) const {
  auto text = read_(name, check);
  if (!text) throw tar::to_error(text.error());
  return std::move(*text);
}

tar::OciDocument LayoutDocuments::parse(const std::string& name, const std::string& text) const {
  auto document = tar::parse_oci_document(text, limits_);
  if (!document)
    refuse_layout_root(Errc::bad_document, tar::member_subject(name_, name), tar::located(document.error()));
  return std::move(*document);
}

}  // namespace occy
