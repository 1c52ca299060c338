#include "outputs/dir_verify.hpp"

#include <utility>

#include "outputs/layer_jobs.hpp"
#include "outputs/store_checks.hpp"
#include "outputs/verdict.hpp"

namespace occy::outputs {
namespace {

bool same_image(const tar::ArchiveImage& one, const tar::ArchiveImage& other) {
  return one.config == other.config && one.tags == other.tags && one.layers == other.layers;
}

/// One walk over the documents; every function adds its findings.
class DirChecks {
 public:
  DirChecks(io::File directory, const WrittenDir& written, const Proof& proof)
      : checks_(std::move(directory), proof.limits), written_(written), proof_(proof) {}

  CheckResults run() {
    for (std::size_t i = 0; i < written_.images.size(); ++i) check_manifest(written_.documents[i], written_.images[i]);
    check_catalog(written_.documents.back());
    checks_.expect_document("verify.config", tar::config_member_name(written_.config_digest), written_.config_size,
                            written_.config_digest);
    const auto layers = distinct(written_.layers);
    for (const LayerRecord& layer : layers) checks_.expect_size(tar::layer_member_name(layer.diff_id), layer.size);
    if (proof_.level == VerifyLevel::full)
      checks_.results().merge(check_each(layers, proof_.jobs, [this](const LayerRecord& layer) {
        return check_layer_file(checks_.directory(), tar::layer_member_name(layer.diff_id), layer, proof_);
      }));
    return std::move(checks_.results());
  }

 private:
  void check_manifest(const PublishedDocument& published, const tar::ArchiveImage& image) {
    const std::string& name = published.document.name;
    const auto text = checks_.read_published("verify.manifest", published);
    if (!text) return;
    const auto images = tar::parse_archive_manifest(*text, checks_.limits());
    if (!images) return checks_.error("verify.manifest", name, images.error().message);
    if (images->size() != 1 || !same_image(images->front(), image))
      checks_.error("verify.manifest", name, "it describes another image than the one that was written");
  }

  void check_catalog(const PublishedDocument& published) {
    const auto text = checks_.read_published("verify.catalog", published);
    if (!text) return;
    const auto catalog = tar::parse_catalog(*text, checks_.limits());
    if (!catalog) return checks_.error("verify.catalog", tar::kCatalogName, catalog.error().message);
    for (const auto& [name, entry] : written_.catalog) {
      const auto found = catalog->find(name);
      if (found == catalog->end() || found->second != entry)
        checks_.error("verify.catalog", tar::kCatalogName,
                      name + ": expected config " + entry.config.str() + ", found " +
                          (found == catalog->end() ? "no such image" : found->second.config.str()));
    }
  }

  StoreChecks checks_;
  const WrittenDir& written_;
  const Proof& proof_;
};

}  // namespace

CheckResults verify_dir(const std::filesystem::path& path, const WrittenDir& written, const Proof& proof) noexcept {
  return verify_store(path, "verify.directory", layers_verified(written.layers.size()),
                      [&](io::File directory) { return DirChecks(std::move(directory), written, proof).run(); });
}

}  // namespace occy::outputs
