#include "outputs/registry_verify.hpp"

#include "outputs/layer_jobs.hpp"
#include "outputs/layer_proof.hpp"
#include "outputs/layout_documents.hpp"
#include "outputs/registry_findings.hpp"
#include "outputs/verdict.hpp"

namespace occy::outputs {
namespace {

class RegistryChecks {
 public:
  RegistryChecks(registry::Repository& repository, const PushedImage& image, const Proof& proof)
      : repository_(repository), image_(image), proof_(proof) {}

  CheckResults run() const {
    CheckResults results = check_config();
    results.merge(check_each(distinct(image_.layers), proof_.jobs,
                             [this](const LayerRecord& layer) { return check_layer(layer); }));
    return results;
  }

 private:
  CheckResults check_config() const {
    const Descriptor& config = image_.config;
    return findings_of("verify.config", blob_subject(repository_, config.digest), [&](CheckResults& results) {
      expect_blob_size(results, "verify.config", repository_, config.digest, config.size);
      if (proof_.level == VerifyLevel::full && !results.has_errors())
        static_cast<void>(repository_.read_blob(config, proof_.limits.document_bytes));
    });
  }

  CheckResults check_layer(const LayerRecord& layer) const {
    const StoredBlob blob = stored_blob(layer);
    CheckResults results = findings_of(
        "verify.layer", blob_subject(repository_, blob.digest),
        [&](CheckResults& found) { expect_blob_size(found, "verify.layer", repository_, blob.digest, blob.size); });
    if (proof_.level == VerifyLevel::full && results.findings().empty()) results.merge(prove(layer));
    return results;
  }

  CheckResults prove(const LayerRecord& layer) const {
    const StoredBlob blob = stored_blob(layer);
    const std::string name = blob_subject(repository_, blob.digest);
    return findings_of("verify.digest", name, [&](CheckResults& results) {
      const auto bytes = repository_.open_blob({.media_type = {}, .digest = blob.digest, .size = blob.size});
      const LayerProof proof = prove_layer(*bytes, blob.compression, name, proof_.limits, proof_.stop);
      expect_layer(results, name, proof, blob.digest, layer.diff_id);
    });
  }

  registry::Repository& repository_;
  const PushedImage& image_;
  const Proof& proof_;
};

}  // namespace

CheckResults verify_in_registry(registry::Repository& repository, const std::string& reference,
                                const PushedImage& image, const Proof& proof) noexcept {
  return verify_repository(repository, reference, image.manifest, layers_verified(image.layers.size()),
                           [&] { return RegistryChecks(repository, image, proof).run(); });
}

}  // namespace occy::outputs
