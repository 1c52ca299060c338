#include "outputs/registry_verify.hpp"

#include <exception>

#include "occy/error.hpp"
#include "outputs/layer_jobs.hpp"
#include "outputs/layer_proof.hpp"
#include "outputs/layout_documents.hpp"
#include "outputs/registry_findings.hpp"

namespace occy::outputs {
namespace {

class RegistryChecks {
 public:
  RegistryChecks(registry::Repository& repository, const PushedImage& image, const RegistryProof& proof)
      : repository_(repository), image_(image), proof_(proof) {}

  CheckResults run(const std::string& reference) {
    CheckResults results = check_manifest(reference);
    // A registry that cannot be asked is not asked again for each blob.
    if (results.find("verify.unreachable") != nullptr) return results;
    results.merge(check_config());
    results.merge(check_each(distinct(image_.layers), proof_.jobs,
                             [this](const LayerRecord& layer) { return check_layer(layer); }));
    return results;
  }

 private:
  [[nodiscard]] std::string subject(const Digest& digest) const { return repository_.name() + ": " + digest.str(); }

  CheckResults check_manifest(const std::string& reference) const {
    return registry_findings("verify.manifest", repository_.name(), [&](CheckResults& results) {
      expect_manifest(results, repository_.name(), image_.manifest, repository_.manifest(reference));
    });
  }

  CheckResults check_config() const {
    const Descriptor& config = image_.config;
    return registry_findings("verify.config", subject(config.digest), [&](CheckResults& results) {
      expect_blob_size(results, "verify.config", repository_, config.digest, config.size);
      if (proof_.level == VerifyLevel::full && !results.has_errors())
        static_cast<void>(repository_.read_blob(config, proof_.limits.document_bytes));
    });
  }

  CheckResults check_layer(const LayerRecord& layer) const {
    const StoredBlob blob = stored_blob(layer);
    CheckResults results = registry_findings("verify.layer", subject(blob.digest), [&](CheckResults& found) {
      expect_blob_size(found, "verify.layer", repository_, blob.digest, blob.size);
    });
    if (proof_.level == VerifyLevel::full && results.findings().empty()) results.merge(prove(layer));
    return results;
  }

  CheckResults prove(const LayerRecord& layer) const {
    const StoredBlob blob = stored_blob(layer);
    const std::string name = subject(blob.digest);
    return registry_findings("verify.digest", name, [&](CheckResults& results) {
      const auto bytes = repository_.open_blob({.media_type = {}, .digest = blob.digest, .size = blob.size});
      const LayerProof proof = prove_layer(*bytes, blob.compression, name, proof_.limits, proof_.stop);
      if (proof.record.stored->digest != blob.digest)
        results.error("verify.digest", name, difference(blob.digest.str(), proof.record.stored->digest.str()));
      else if (proof.record.diff_id != layer.diff_id)
        results.error("verify.digest", name,
                      "unpacked: " + difference(layer.diff_id.str(), proof.record.diff_id.str()));
      if (!proof.tar_problem.empty()) results.error("verify.layer-tar", name, proof.tar_problem);
    });
  }

  registry::Repository& repository_;
  const PushedImage& image_;
  const RegistryProof& proof_;
};

}  // namespace

CheckResults verify_in_registry(registry::Repository& repository, const std::string& reference,
                                const PushedImage& image, const RegistryProof& proof) noexcept {
  try {
    CheckResults results = RegistryChecks(repository, image, proof).run(reference);
    if (!results.has_errors() && results.find("verify.unreachable") == nullptr)
      results.info("verify.ok", repository.name(), "all " + std::to_string(image.layers.size()) + " layers verified");
    return results;
  } catch (const std::exception& error) {
    CheckResults results;
    results.error("verify.manifest", repository.name(), error.what());
    return results;
  }
}

}  // namespace occy::outputs
