#include "outputs/tar_verify.hpp"

#include "outputs/verdict.hpp"

namespace occy::outputs {

CheckResults verify_tar(const std::filesystem::path& path, const WrittenImage& written, const Proof& proof) noexcept {
  return verify_archive(path, proof.limits, layers_verified(written.layers.size()), [&](const WrittenArchive& archive) {
    CheckResults results = verify_documents(archive, written, proof.limits);
    if (proof.level == VerifyLevel::full) {
      results.merge(verify_second_reader(archive));
      results.merge(verify_layers(archive, written, proof));
    }
    return results;
  });
}

}  // namespace occy::outputs
