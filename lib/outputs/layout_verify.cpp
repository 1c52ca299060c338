#include "outputs/layout_verify.hpp"

#include <utility>

#include "outputs/layer_jobs.hpp"
#include "outputs/store_checks.hpp"
#include "outputs/verdict.hpp"

namespace occy::outputs {
namespace {

/// One walk over the documents; every function adds its findings.
class LayoutChecks {
 public:
  LayoutChecks(io::File directory, const WrittenLayout& written, const Proof& proof)
      : checks_(std::move(directory), proof.limits), written_(written), proof_(proof) {}

  CheckResults run() {
    const Descriptor& manifest = written_.entry.manifest;
    check_layout_entry(checks_, written_.entry);
    checks_.expect_document("verify.manifest", tar::blob_name(manifest.digest), manifest.size, manifest.digest);
    checks_.expect_document("verify.config", tar::blob_name(written_.config.digest), written_.config.size,
                            written_.config.digest);
    const auto layers = distinct(written_.layers);
    for (const LayerRecord& layer : layers)
      checks_.expect_size(tar::blob_name(stored_blob(layer).digest), stored_blob(layer).size);
    if (proof_.level == VerifyLevel::full)
      checks_.results().merge(check_each(layers, proof_.jobs, [this](const LayerRecord& layer) {
        return check_layer_file(checks_.directory(), tar::blob_name(stored_blob(layer).digest), layer, proof_);
      }));
    return std::move(checks_.results());
  }

 private:
  StoreChecks checks_;
  const WrittenLayout& written_;
  const Proof& proof_;
};

}  // namespace

CheckResults verify_layout(const std::filesystem::path& path, const WrittenLayout& written,
                           const Proof& proof) noexcept {
  return verify_store(path, "verify.layout", layers_verified(written.layers.size()),
                      [&](io::File directory) { return LayoutChecks(std::move(directory), written, proof).run(); });
}

}  // namespace occy::outputs
