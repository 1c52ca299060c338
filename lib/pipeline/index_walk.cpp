#include "pipeline/index_walk.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "occy/error.hpp"
#include "pipeline/pump.hpp"
#include "tar/archive_fault.hpp"

namespace occy::pipeline {
namespace {

constexpr std::array<std::string_view, 5> kDocumentTypes = {
    "",  // where the descriptor does not say: the document will
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
};

std::string subject_of(const std::string& source, const Digest& digest) { return source + ": " + digest.str(); }

[[noreturn]] void refuse_document(Errc code, const std::string& subject, std::string what, std::string expected = {},
                                  std::string found = {}) {
  throw Error(
      code, Side::input,
      {.subject = subject, .what = std::move(what), .expected = std::move(expected), .found = std::move(found)});
}

void require_document_type(const std::string& subject, const std::string& media_type) {
  if (std::find(kDocumentTypes.begin(), kDocumentTypes.end(), media_type) == kDocumentTypes.end())
    refuse_document(Errc::unsupported, subject, "the index names something that is no image", "a manifest or an index",
                    tar::shortened(media_type));
}

void require_promised(const std::string& subject, const Descriptor& promised, const ImageManifest& found) {
  if (found.bytes.size() != promised.size)
    refuse_document(Errc::size_mismatch, subject, "the document has another size than its descriptor",
                    std::to_string(promised.size) + " bytes", std::to_string(found.bytes.size()));
  if (const Digest actual = sha256(found.bytes); actual != promised.digest)
    refuse_document(Errc::digest_mismatch, subject, "the document is not what its descriptor promises",
                    promised.digest.str(), actual.str());
}

/// Depth first. A document that named itself would have to contain its own digest: that digests are held against the
/// bytes is what refuses cycles.
class IndexWalk {
 public:
  IndexWalk(BlobInput& input, const Limits& limits, const std::stop_token& stop)
      : input_(input), limits_(limits), stop_(stop) {}

  IndexContents run(const ImageManifest& root) {
    look_into(read_index_document(input_.name(), root, limits_), 1);
    return std::move(found_);
  }

 private:
  void look_into(const IndexDocument& document, std::size_t depth) {
    if (depth > limits_.json_depth)
      refuse_document(Errc::limit, input_.name(), "indexes nested too deep",
                      "at most " + std::to_string(limits_.json_depth) + " levels", "more");
    if (!document.content.config) {
      for (const auto& entry : document.content.manifests) follow(entry.descriptor, depth);
      return;
    }
    ++found_.manifests;
    add_blob(*document.content.config);
    for (const Descriptor& layer : document.content.layers) add_blob(layer);
  }

  void follow(const Descriptor& descriptor, std::size_t depth) {
    require_running(stop_);
    if (!seen_.insert(descriptor.digest).second) return;
    IndexDocument document = fetch_index_document(input_, descriptor, limits_);
    require_room(document.stored.bytes.size());
    look_into(document, depth + 1);
    found_.documents.push_back(std::move(document.stored));
  }

  void require_room(std::uint64_t bytes) {
    held_ += bytes;
    if (held_ > limits_.held_document_bytes)
      refuse_document(Errc::limit, input_.name(), "the manifests below the index are too large",
                      "at most " + std::to_string(limits_.held_document_bytes) + " bytes", "more");
    if (seen_.size() > limits_.images)
      refuse_document(Errc::limit, input_.name(), "too many manifests below the index",
                      "at most " + std::to_string(limits_.images), "more");
  }

  void add_blob(const Descriptor& blob) {
    const auto [known, added] = sizes_.emplace(blob.digest, blob.size);
    if (added) found_.blobs.push_back(blob);
    if (known->second != blob.size)
      refuse_document(Errc::size_mismatch, subject_of(input_.name(), blob.digest), "the blob has two sizes",
                      std::to_string(known->second) + " bytes", std::to_string(blob.size));
  }

  BlobInput& input_;
  const Limits& limits_;
  const std::stop_token& stop_;
  IndexContents found_;
  std::set<Digest> seen_;
  std::map<Digest, std::uint64_t> sizes_;
  std::uint64_t held_ = 0;
};

}  // namespace

IndexDocument read_index_document(const std::string& source, ImageManifest stored, const Limits& limits) {
  auto content = tar::parse_oci_document(stored.bytes, limits);
  if (!content) refuse_document(Errc::bad_document, subject_of(source, stored.digest), tar::located(content.error()));
  if (stored.media_type.empty()) stored.media_type = tar::media_type_of(*content);
  return {.stored = std::move(stored), .content = std::move(*content)};
}

IndexDocument fetch_index_document(BlobInput& input, const Descriptor& descriptor, const Limits& limits) {
  const std::string subject = subject_of(input.name(), descriptor.digest);
  require_document_type(subject, descriptor.media_type);
  ImageManifest stored = input.document(descriptor);
  require_promised(subject, descriptor, stored);
  return read_index_document(input.name(), std::move(stored), limits);
}

IndexContents walk_index(BlobInput& input, const ImageManifest& root, const Limits& limits,
                         const std::stop_token& stop) {
  return IndexWalk(input, limits, stop).run(root);
}

}  // namespace occy::pipeline
