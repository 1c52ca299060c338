#include "outputs/layout_entry.hpp"

#include <algorithm>
#include <utility>

#include "io/beneath.hpp"
#include "occy/error.hpp"
#include "outputs/layout_documents.hpp"
#include "tar/archive_fault.hpp"

namespace occy::outputs {
namespace {

[[noreturn]] void refuse_layout(const std::filesystem::path& path, std::string what, std::string expected,
                                std::string found, std::string hint) {
  throw Error(Errc::destination, Side::output,
              {.subject = path.string(),
               .what = std::move(what),
               .expected = std::move(expected),
               .found = std::move(found),
               .hint = std::move(hint)});
}

std::string read_layout_document(const io::File& layout, const char* name, const Limits& limits) {
  try {
    return io::read_beneath(layout, name, Side::output, limits.document_bytes);
  } catch (const Error& error) {
    if (error.code() != Errc::not_found) throw;
    refuse_layout(layout.path(), "cannot write there", "an OCI layout, or an empty directory",
                  std::string("a directory without ") + name, "name a new directory");
  }
}

tar::OciDocument read_layout_index(const io::File& layout, const std::string& text, const Limits& limits) {
  auto index = tar::parse_oci_document(text, limits);
  if (index && !index->config) return std::move(*index);
  refuse_layout(layout.path() / tar::kIndexFile, "cannot add an image to this index", "an image index",
                index ? "an image manifest" : tar::located(index.error()), "name a new directory");
}

bool is_entry(const tar::IndexEntry& entry, const Descriptor& manifest, const tar::IndexName& name) {
  return entry.ref_name == name.ref_name && entry.image_name == name.image_name &&
         entry.descriptor.digest == manifest.digest && entry.descriptor.size == manifest.size &&
         entry.descriptor.media_type == manifest.media_type;
}

void expect_entry(StoreChecks& checks, const tar::OciDocument& index, const Descriptor& manifest,
                  const tar::IndexName& name) {
  const auto found = std::any_of(index.manifests.begin(), index.manifests.end(),
                                 [&](const tar::IndexEntry& entry) { return is_entry(entry, manifest, name); });
  if (found) return;
  const std::string shown = name.ref_name.empty() ? "without a tag" : "with the tag " + name.ref_name;
  checks.error("verify.index", tar::kIndexFile,
               "expected an entry " + shown + " for " + manifest.digest.str() + ", found none");
}

}  // namespace

void require_layout(const io::File& directory, const Limits& limits) {
  const std::string text = read_layout_document(directory, tar::kLayoutFile, limits);
  if (const auto checked = tar::check_layout_file(text, limits); !checked)
    refuse_layout(directory.path() / tar::kLayoutFile, "not an OCI layout that occy knows", {},
                  tar::located(checked.error()), "name a new directory");
  static_cast<void>(read_layout_index(directory, read_layout_document(directory, tar::kIndexFile, limits), limits));
}

std::string index_with(const LayoutEntry& entry, const io::File& layout, const Limits& limits) {
  const std::string text = read_layout_document(layout, tar::kIndexFile, limits);
  const tar::OciDocument index = read_layout_index(layout, text, limits);
  if (const auto* taken = taken_tag(index, entry.names))
    refuse_layout(layout.path(), "another image has the tag " + taken->ref_name, {}, tar::shortened(taken->image_name),
                  "choose a tag that is free: layout://PATH:TAG");
  auto updated = tar::update_oci_index(text, entry.manifest, entry.names, limits);
  if (!updated)
    refuse_layout(layout.path(), "cannot add an image to index.json", {}, tar::located(updated.error()),
                  "name a new directory");
  return std::move(*updated);
}

std::vector<StoreDocument> documents_with(LayoutEntry& entry, const io::File* layout, const Limits& limits) {
  if (layout != nullptr) {
    entry.layout_text = read_layout_document(*layout, tar::kLayoutFile, limits);
    return {{.name = tar::kIndexFile, .bytes = index_with(entry, *layout, limits)}};
  }
  entry.layout_text = tar::kLayoutText;
  return {{.name = tar::kLayoutFile, .bytes = tar::kLayoutText},
          {.name = tar::kIndexFile, .bytes = tar::make_oci_index(entry.manifest, entry.names)}};
}

void check_layout_entry(StoreChecks& checks, const LayoutEntry& entry) {
  const auto layout = checks.read("verify.layout", tar::kLayoutFile);
  if (layout && *layout != entry.layout_text)
    checks.error("verify.layout", tar::kLayoutFile, "its bytes are not those that were written");
  const auto text = checks.read_published("verify.index", entry.index);
  if (!text) return;
  const auto index = tar::parse_oci_document(*text, checks.limits());
  if (!index) return checks.error("verify.index", tar::kIndexFile, index.error().message);
  if (entry.names.empty()) return expect_entry(checks, *index, entry.manifest, {});
  for (const tar::IndexName& name : entry.names) expect_entry(checks, *index, entry.manifest, name);
}

}  // namespace occy::outputs
