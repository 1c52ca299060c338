#include "outputs/registry_index_verify.hpp"

#include <exception>

#include "io/digest_of.hpp"
#include "outputs/layer_jobs.hpp"
#include "outputs/registry_findings.hpp"

namespace occy::outputs {
namespace {

class RegistryIndexChecks {
 public:
  RegistryIndexChecks(registry::Repository& repository, const PushedIndex& index, const RegistryProof& proof)
      : repository_(repository), index_(index), proof_(proof) {}

  CheckResults run(const std::string& reference) {
    CheckResults results = check_root(reference);
    // A registry that cannot be asked is not asked again for each blob.
    if (results.find("verify.unreachable") != nullptr) return results;
    results.merge(check_each(index_.documents, proof_.jobs,
                             [this](const Descriptor& document) { return check_document(document); }));
    results.merge(check_each(index_.blobs, proof_.jobs, [this](const Descriptor& blob) { return check_blob(blob); }));
    return results;
  }

 private:
  [[nodiscard]] std::string subject(const Digest& digest) const { return repository_.name() + ": " + digest.str(); }

  CheckResults check_root(const std::string& reference) const {
    return registry_findings("verify.manifest", repository_.name(), [&](CheckResults& results) {
      expect_manifest(results, repository_.name(), index_.root, repository_.manifest(reference));
    });
  }

  CheckResults check_document(const Descriptor& document) const {
    return registry_findings("verify.manifest", subject(document.digest), [&](CheckResults& results) {
      const ImageManifest found = repository_.manifest(document.digest.str());  // held against the digest there
      if (found.media_type != document.media_type)
        results.error("verify.manifest", subject(document.digest),
                      "another media type: expected " + document.media_type + ", found " + found.media_type);
    });
  }

  CheckResults check_blob(const Descriptor& blob) const {
    const std::string name = subject(blob.digest);
    return registry_findings("verify.layer", name, [&](CheckResults& results) {
      expect_blob_size(results, "verify.layer", repository_, blob.digest, blob.size);
      if (proof_.level == VerifyLevel::standard || !results.findings().empty()) return;
      const auto bytes = repository_.open_blob(blob);
      if (const Digest found = io::digest_of(*bytes, proof_.stop); found != blob.digest)
        results.error("verify.digest", name, "expected " + blob.digest.str() + ", found " + found.str());
    });
  }

  registry::Repository& repository_;
  const PushedIndex& index_;
  const RegistryProof& proof_;
};

}  // namespace

CheckResults verify_index_in_registry(registry::Repository& repository, const std::string& reference,
                                      const PushedIndex& index, const RegistryProof& proof) noexcept {
  try {
    CheckResults results = RegistryIndexChecks(repository, index, proof).run(reference);
    if (!results.has_errors() && results.find("verify.unreachable") == nullptr)
      results.info("verify.ok", repository.name(),
                   "all " + std::to_string(index.documents.size() + 1) + " manifests and " +
                       std::to_string(index.blobs.size()) + " blobs verified");
    return results;
  } catch (const std::exception& error) {
    CheckResults results;
    results.error("verify.manifest", repository.name(), error.what());
    return results;
  }
}

}  // namespace occy::outputs
