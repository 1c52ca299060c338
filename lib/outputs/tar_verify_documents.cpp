// Checks 2 to 6 of docs/verification.md, "TarWriter".
#include <algorithm>
#include <map>
#include <optional>

#include "outputs/tar_verify.hpp"
#include "outputs/verdict.hpp"
#include "tar/archive_documents.hpp"
#include "tar/docker_archive.hpp"

namespace occy::outputs {

namespace {

/// One walk over the documents; every function adds its findings.
class DocumentChecks {
 public:
  DocumentChecks(const WrittenArchive& archive, const WrittenImage& written, const Limits& limits)
      : checks_(archive), written_(written), limits_(limits) {}

  CheckResults run() {
    if (const auto image = read_manifest()) {
      check_config(*image);
      check_layer_members(*image);
      check_layer_order(*image);
      check_tags(*image);
    }
    if (written_.form == TarForm::oci) check_layout();
    return std::move(checks_.results());
  }

 private:
  std::optional<tar::ArchiveImage> read_manifest() {
    const auto* member = checks_.only_file("verify.manifest", tar::kManifestName);
    if (member == nullptr) return std::nullopt;
    if (member->size > limits_.document_bytes) {
      checks_.error("verify.manifest", tar::kManifestName,
                    "larger than Limits::document_bytes: " + bytes_text(member->size));
      return std::nullopt;
    }
    auto images = tar::parse_archive_manifest(checks_.read(*member), limits_);
    if (!images) return checks_.error("verify.manifest", tar::kManifestName, images.error().message), std::nullopt;
    if (images->size() != 1)
      checks_.error("verify.manifest", tar::kManifestName,
                    "expected one image, found " + std::to_string(images->size()));
    return std::move(images->front());
  }

  void check_config(const tar::ArchiveImage& image) {
    const auto expected = config_name(written_.form, written_.config_digest);
    if (image.config != expected)
      return checks_.error("verify.config", tar::kManifestName,
                           "Config: expected " + expected + ", found " + printable(image.config));
    checks_.expect_document("verify.config", expected, written_.config_size, written_.config_digest);
  }

  void check_layer_members(const tar::ArchiveImage& image) {
    std::map<std::string, std::uint64_t> sizes;
    for (const auto& layer : written_.layers)
      sizes.emplace(layer_name(written_.form, layer), as_member(written_.form, layer).size);
    for (auto name = image.layers.begin(); name != image.layers.end(); ++name) {
      if (std::find(image.layers.begin(), name, *name) != name) continue;  // a repeated layer is one member
      const auto size = sizes.find(*name);
      if (size == sizes.end())
        checks_.only_file("verify.layer", *name);
      else
        checks_.only_file("verify.layer", *name, size->second);
    }
  }

  void check_layer_order(const tar::ArchiveImage& image) {
    if (image.layers.size() != written_.layers.size())
      return checks_.error("verify.layer-count", tar::kManifestName,
                           "expected " + std::to_string(written_.layers.size()) + " layers, found " +
                               std::to_string(image.layers.size()));
    for (std::size_t i = 0; i < image.layers.size(); ++i) {
      const auto expected = layer_name(written_.form, written_.layers[i]);
      if (image.layers[i] != expected)
        checks_.error(
            "verify.layer-order", tar::kManifestName,
            "layer " + std::to_string(i) + ": expected " + expected + ", found " + printable(image.layers[i]));
    }
  }

  void check_tags(const tar::ArchiveImage& image) {
    if (image.tags == written_.tags) return;
    const auto list = [](const std::vector<std::string>& tags) {
      std::string text;
      for (const auto& tag : tags) text += (text.empty() ? "" : ", ") + printable(tag);
      return text.empty() ? "none" : text;
    };
    checks_.error("verify.tags", tar::kManifestName,
                  "RepoTags: expected " + list(written_.tags) + ", found " + list(image.tags));
  }

  /// The documents by which others read the archive as an OCI layout.
  void check_layout() {
    for (const auto& [name, bytes] : written_.documents) {
      if (name == tar::kIndexFile)
        checks_.expect_bytes("verify.index", name, bytes);
      else if (name == tar::kLayoutFile)
        checks_.expect_bytes("verify.layout", name, bytes);
      else if (name != tar::kManifestName)
        checks_.expect_bytes("verify.config", name, bytes);
    }
  }

  TarChecks checks_;
  const WrittenImage& written_;
  const Limits& limits_;
};

}  // namespace

CheckResults verify_documents(const WrittenArchive& archive, const WrittenImage& written, const Limits& limits) {
  return DocumentChecks(archive, written, limits).run();
}

}  // namespace occy::outputs
