#include "outputs/registry_index_verify.hpp"

#include "io/digest_of.hpp"
#include "outputs/layer_jobs.hpp"
#include "outputs/registry_findings.hpp"
#include "outputs/verdict.hpp"

namespace occy::outputs {
namespace {

class RegistryIndexChecks {
 public:
  RegistryIndexChecks(registry::Repository& repository, const PushedIndex& index, const Proof& proof)
      : repository_(repository), index_(index), proof_(proof) {}

  CheckResults run() const {
    CheckResults results = check_each(index_.documents, proof_.jobs,
                                      [this](const Descriptor& document) { return check_document(document); });
    results.merge(check_each(index_.blobs, proof_.jobs, [this](const Descriptor& blob) { return check_blob(blob); }));
    return results;
  }

 private:
  CheckResults check_document(const Descriptor& document) const {
    const std::string name = blob_subject(repository_, document.digest);
    return findings_of("verify.manifest", name, [&](CheckResults& results) {
      const ImageManifest found = repository_.manifest(document.digest.str());  // held against the digest there
      if (found.media_type != document.media_type)
        results.error("verify.manifest", name,
                      "another media type: " + difference(document.media_type, found.media_type));
    });
  }

  CheckResults check_blob(const Descriptor& blob) const {
    const std::string name = blob_subject(repository_, blob.digest);
    return findings_of("verify.layer", name, [&](CheckResults& results) {
      expect_blob_size(results, "verify.layer", repository_, blob.digest, blob.size);
      if (proof_.level == VerifyLevel::standard || !results.findings().empty()) return;
      const auto bytes = repository_.open_blob(blob);
      if (const Digest found = io::digest_of(*bytes, proof_.stop); found != blob.digest)
        results.error("verify.digest", name, difference(blob.digest.str(), found.str()));
    });
  }

  registry::Repository& repository_;
  const PushedIndex& index_;
  const Proof& proof_;
};

}  // namespace

CheckResults verify_index_in_registry(registry::Repository& repository, const std::string& reference,
                                      const PushedIndex& index, const Proof& proof) noexcept {
  return verify_repository(repository, reference, index.root,
                           index_verified(index.documents.size(), index.blobs.size()),
                           [&] { return RegistryIndexChecks(repository, index, proof).run(); });
}

}  // namespace occy::outputs
