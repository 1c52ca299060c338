#include "outputs/tar_verify.hpp"

#include "outputs/verdict.hpp"

namespace occy::outputs {

CheckResults verify_tar(const std::filesystem::path& path, const WrittenImage& written, VerifyLevel level,
                        unsigned jobs, const Limits& limits) noexcept {
  return verify_archive(path, limits, layers_verified(written.layers.size()), [&](const WrittenArchive& archive) {
    CheckResults results = verify_documents(archive, written, limits);
    if (level == VerifyLevel::full) {
      results.merge(verify_second_reader(archive));
      results.merge(verify_layers(archive, written, jobs, limits));
    }
    return results;
  });
}

}  // namespace occy::outputs
