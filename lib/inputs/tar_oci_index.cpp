#include "inputs/tar_oci_index.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "occy/reference.hpp"
#include "tar/oci_writing.hpp"

namespace occy {
namespace {

/// Whether an index entry carries one of the image's names. containerd writes names in full, manifest.json has them
/// short.
bool names_image(const tar::IndexEntry& entry, const tar::ArchiveImage& image) {
  const auto name = Reference::parse(entry.image_name);
  if (!name) return false;
  return std::any_of(image.tags.begin(), image.tags.end(), [&](const std::string& tag) {
    const auto reference = Reference::parse(tag);
    return reference && reference->canonical() == name->canonical();
  });
}

class Comparison {
 public:
  Comparison(const TarMembers& members, const tar::ArchiveImage& image, const Digest& config)
      : members_(members), image_(image), config_(config), bytes_left_(members.limits().held_document_bytes) {}

  OciIndexComparison run() {
    if (!members_.contains(tar::kIndexFile)) return {};
    if (const auto index = read(tar::kIndexFile)) compare(index->document.manifests);
    return {.faults = std::move(faults_), .manifest = std::move(manifest_)};
  }

 private:
  /// A document, and its bytes.
  struct Read {
    tar::OciDocument document;
    std::string bytes;
  };

  /// What follows from one or more entries of index.json.
  struct Reached {
    std::vector<Digest> configs;
    bool complete = true;  // false: a document was missing or wrong, so configs may be too few
  };

  /// Entries that carry the image's name must each lead to its config; where none does, all of them together.
  void compare(const std::vector<tar::IndexEntry>& entries) {
    bool named = false;
    for (const auto& entry : entries) {
      if (!names_image(entry, image_)) continue;
      named = true;
      expect_config(follow({entry.descriptor}, Severity::error));
    }
    for (const auto& entry : entries)
      if (named && !names_image(entry, image_)) static_cast<void>(follow({entry.descriptor}, Severity::warning));
    if (named) return;
    std::vector<Descriptor> all;
    all.reserve(entries.size());
    for (const auto& entry : entries) all.push_back(entry.descriptor);
    expect_config(follow(std::move(all), Severity::error));
  }

  void expect_config(const Reached& reached) {
    if (std::find(reached.configs.begin(), reached.configs.end(), config_) != reached.configs.end()) return;
    if (reached.configs.empty() && !reached.complete) return;
    document_fault(tar::kIndexFile, Errc::bad_archive, "index.json and manifest.json describe different images",
                   "config " + config_.str(), reached.configs.empty() ? "none" : reached.configs.front().str());
  }

  /// Reads the documents below `pending`, each once. `severity`: of a blob that is missing from `pending` itself; what
  /// a nested index names may be missing, an export of one platform leaves the others out.
  Reached follow(std::vector<Descriptor> pending, Severity severity) {
    Reached reached;
    std::set<Digest> seen;
    const std::size_t roots = pending.size();
    for (std::size_t i = 0; i < pending.size(); ++i) {
      const Descriptor descriptor = pending[i];
      if (!seen.insert(descriptor.digest).second) continue;
      auto read = read_blob(descriptor, i < roots ? severity : Severity::warning);
      reached.complete = reached.complete && read.has_value();
      if (!read) continue;
      const tar::OciDocument& document = read->document;
      for (const auto& entry : document.manifests) pending.push_back(entry.descriptor);
      if (!document.config) continue;
      reached.configs.push_back(document.config->digest);
      if (document.config->digest != config_) continue;
      expect_blobs(document);
      keep(descriptor, document, std::move(read->bytes));
    }
    return reached;
  }

  void keep(const Descriptor& descriptor, const tar::OciDocument& document, std::string bytes) {
    if (manifest_) return;
    std::string media_type = descriptor.media_type.empty() ? document.media_type : descriptor.media_type;
    if (media_type.empty()) media_type = tar::kOciManifestType;
    manifest_ =
        ImageManifest{.media_type = std::move(media_type), .bytes = std::move(bytes), .digest = descriptor.digest};
  }

  void expect_blobs(const tar::OciDocument& manifest) {
    expect_blob(*manifest.config);
    for (const auto& layer : manifest.layers) expect_blob(layer);
  }

  void expect_blob(const Descriptor& descriptor) {
    const auto member = members_.find(tar::blob_name(descriptor.digest));
    if (!member) return add(member.error());
    if ((*member)->size != descriptor.size)
      document_fault(tar::blob_name(descriptor.digest), Errc::size_mismatch,
                     "the blob has another size than its descriptor", std::to_string(descriptor.size) + " bytes",
                     std::to_string((*member)->size));
  }

  std::optional<Read> read_blob(const Descriptor& descriptor, Severity severity) {
    const std::string name = tar::blob_name(descriptor.digest);
    if (!members_.contains(name)) {
      auto fault = members_.find(name).error();
      fault.severity = severity;
      add(std::move(fault));
      return std::nullopt;
    }
    return read(name, descriptor.digest);
  }

  std::optional<Read> read(const std::string& name, const std::optional<Digest>& promised = {}) {
    auto bytes = members_.read_document(name, "index");
    if (!bytes) {
      add(bytes.error());
      return std::nullopt;
    }
    if (bytes->size() > bytes_left_) {
      document_fault(name, Errc::limit, "indexes and manifests too large together",
                     "at most " + std::to_string(members_.limits().held_document_bytes) + " bytes", "more");
      return std::nullopt;
    }
    bytes_left_ -= bytes->size();
    if (const auto actual = sha256(*bytes); promised && *promised != actual) {
      document_fault(name, Errc::digest_mismatch, "the blob is not what its name promises", promised->str(),
                     actual.str());
      return std::nullopt;
    }
    auto document = tar::parse_oci_document(*bytes, members_.limits());
    if (document) return Read{.document = std::move(*document), .bytes = std::move(*bytes)};
    document_fault(name, Errc::bad_document, tar::located(document.error()), "", "");
    return std::nullopt;
  }

  void document_fault(const std::string& name, Errc code, std::string what, std::string expected, std::string found) {
    add({.code = code,
         .check = "index",
         .detail = {.subject = members_.subject(name),
                    .what = std::move(what),
                    .expected = std::move(expected),
                    .found = std::move(found)}});
  }

  /// Warnings and errors are capped each on their own: a flood of one must not hide the other.
  void add(tar::ArchiveFault fault) {
    std::size_t& count = fault.severity == Severity::error ? errors_ : warnings_;
    if (count++ < members_.limits().findings) faults_.push_back(std::move(fault));
  }

  const TarMembers& members_;
  const tar::ArchiveImage& image_;
  const Digest& config_;
  /// What may still be read: one large document named again and again must not cost its size each time.
  std::uint64_t bytes_left_;

  std::vector<tar::ArchiveFault> faults_;
  std::optional<ImageManifest> manifest_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
};

}  // namespace

OciIndexComparison compare_with_oci_index(const TarMembers& members, const tar::ArchiveImage& image,
                                          const Digest& config) {
  return Comparison(members, image, config).run();
}

}  // namespace occy
