#include "outputs/layout_verify.hpp"

#include <algorithm>
#include <exception>

#include "io/directory.hpp"
#include "occy/error.hpp"
#include "outputs/layer_jobs.hpp"
#include "outputs/store_checks.hpp"

namespace occy::outputs {
namespace {

bool is_entry(const tar::IndexEntry& entry, const Descriptor& manifest, const tar::IndexName& name) {
  return entry.ref_name == name.ref_name && entry.image_name == name.image_name &&
         entry.descriptor.digest == manifest.digest && entry.descriptor.size == manifest.size &&
         entry.descriptor.media_type == manifest.media_type;
}

/// One walk over the documents; every function adds its findings.
class LayoutChecks {
 public:
  LayoutChecks(io::File directory, const WrittenLayout& written, const Limits& limits)
      : checks_(std::move(directory), limits), written_(written) {}

  CheckResults run(VerifyLevel level, unsigned jobs) {
    check_layout_file();
    check_index();
    checks_.expect_document("verify.manifest", tar::blob_name(written_.manifest.digest), written_.manifest.size,
                            written_.manifest.digest);
    checks_.expect_document("verify.config", tar::blob_name(written_.config.digest), written_.config.size,
                            written_.config.digest);
    const auto layers = distinct(written_.layers);
    for (const LayerRecord& layer : layers)
      checks_.expect_size(tar::blob_name(stored_blob(layer).digest), stored_blob(layer).size);
    if (level == VerifyLevel::full)
      checks_.results().merge(check_layers(layers, jobs, [this](const LayerRecord& layer) {
        return check_layer_file(checks_.directory(), tar::blob_name(stored_blob(layer).digest), layer,
                                checks_.limits());
      }));
    return std::move(checks_.results());
  }

 private:
  void check_layout_file() {
    const auto text = checks_.read("verify.layout", tar::kLayoutFile);
    if (text && *text != written_.layout_text)
      checks_.error("verify.layout", tar::kLayoutFile, "its bytes are not those that were written");
  }

  void check_index() {
    const auto text = checks_.read_published("verify.index", written_.index);
    if (!text) return;
    const auto index = tar::parse_oci_document(*text, checks_.limits());
    if (!index) return checks_.error("verify.index", tar::kIndexFile, index.error().message);
    if (written_.names.empty()) return expect_entry(*index, {});
    for (const tar::IndexName& name : written_.names) expect_entry(*index, name);
  }

  void expect_entry(const tar::OciDocument& index, const tar::IndexName& name) {
    const auto found = std::any_of(index.manifests.begin(), index.manifests.end(), [&](const tar::IndexEntry& entry) {
      return is_entry(entry, written_.manifest, name);
    });
    if (found) return;
    const std::string shown = name.ref_name.empty() ? "without a tag" : "with the tag " + name.ref_name;
    checks_.error("verify.index", tar::kIndexFile,
                  "expected an entry " + shown + " for " + written_.manifest.digest.str() + ", found none");
  }

  StoreChecks checks_;
  const WrittenLayout& written_;
};

CheckResults one_error(const std::filesystem::path& path, std::string message) {
  CheckResults results;
  results.error("verify.layout", path.string(), std::move(message));
  return results;
}

}  // namespace

CheckResults verify_layout(const std::filesystem::path& path, const WrittenLayout& written, VerifyLevel level,
                           unsigned jobs, const Limits& limits) noexcept {
  try {
    auto results = LayoutChecks(io::open_directory_to_read(path, Side::verify), written, limits).run(level, jobs);
    if (!results.has_errors())
      results.info("verify.ok", path.string(), "all " + std::to_string(written.layers.size()) + " layers verified");
    return results;
  } catch (const Error& error) {
    return one_error(path, explain(error));
  } catch (const std::exception& error) {
    return one_error(path, error.what());
  }
}

}  // namespace occy::outputs
