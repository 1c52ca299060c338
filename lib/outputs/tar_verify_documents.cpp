// Checks 2 to 6 of docs/verification.md, "TarWriter".
#include <algorithm>
#include <map>
#include <optional>

#include "outputs/tar_verify.hpp"
#include "tar/docker_archive.hpp"

namespace occy::outputs {

namespace {

constexpr auto kManifestName = "manifest.json";

std::string bytes_text(std::uint64_t size) { return std::to_string(size) + " bytes"; }

/// One walk over the documents; every function adds its findings.
class DocumentChecks {
 public:
  DocumentChecks(const WrittenArchive& archive, const WrittenImage& written, const Limits& limits)
      : archive_(archive), written_(written), limits_(limits) {}

  CheckResults run() {
    if (const auto image = read_manifest()) {
      check_config(*image);
      check_layer_members(*image);
      check_layer_order(*image);
      check_tags(*image);
    }
    if (written_.form == TarForm::oci) check_layout();
    return std::move(results_);
  }

 private:
  std::string subject(const std::string& member) const {
    return archive_.file.path().string() + ": " + printable(member);
  }

  void error(const char* check, const std::string& member, std::string message) {
    results_.error(check, subject(member), std::move(message));
  }

  /// The only regular file of that name; otherwise a finding and null.
  const tar::Member* only_file(const char* check, const std::string& name) {
    const auto* member = archive_.index.find(name);
    if (member == nullptr) return error(check, name, "missing in the archive"), nullptr;
    const auto count = archive_.index.count(name);
    if (count != 1) return error(check, name, "expected once, found " + std::to_string(count) + " times"), nullptr;
    if (member->type != tar::EntryType::file) return error(check, name, "expected a regular file"), nullptr;
    return member;
  }

  std::string read(const tar::Member& member) const {
    std::string text(member.size, '\0');
    archive_.file.read_exactly_at(std::as_writable_bytes(std::span(text)), member.data_offset);
    return text;
  }

  std::optional<tar::ArchiveImage> read_manifest() {
    const auto* member = only_file("verify.manifest", kManifestName);
    if (member == nullptr) return std::nullopt;
    if (member->size > limits_.document_bytes) {
      error("verify.manifest", kManifestName, "larger than Limits::document_bytes: " + bytes_text(member->size));
      return std::nullopt;
    }
    auto images = tar::parse_archive_manifest(read(*member), limits_);
    if (!images) return error("verify.manifest", kManifestName, images.error().message), std::nullopt;
    if (images->size() != 1)
      error("verify.manifest", kManifestName, "expected one image, found " + std::to_string(images->size()));
    return std::move(images->front());
  }

  void check_config(const tar::ArchiveImage& image) {
    const auto expected = config_name(written_.form, written_.config_digest);
    if (image.config != expected)
      return error("verify.config", kManifestName,
                   "Config: expected " + expected + ", found " + printable(image.config));
    const auto* member = only_file("verify.config", expected);
    if (member == nullptr) return;
    if (member->size != written_.config_size)
      return error("verify.config", expected,
                   "expected " + bytes_text(written_.config_size) + ", found " + bytes_text(member->size));
    const auto found = sha256(read(*member));
    if (found != written_.config_digest)
      error("verify.config", expected, "expected digest " + written_.config_digest.str() + ", found " + found.str());
  }

  void check_layer_members(const tar::ArchiveImage& image) {
    std::map<std::string, std::uint64_t> sizes;
    for (const auto& layer : written_.layers)
      sizes.emplace(layer_name(written_.form, layer), as_member(written_.form, layer).size);
    for (auto name = image.layers.begin(); name != image.layers.end(); ++name) {
      if (std::find(image.layers.begin(), name, *name) != name) continue;  // a repeated layer is one member
      const auto* member = only_file("verify.layer", *name);
      const auto size = sizes.find(*name);
      if (member != nullptr && size != sizes.end() && member->size != size->second)
        error("verify.layer", *name, "expected " + bytes_text(size->second) + ", found " + bytes_text(member->size));
    }
  }

  void check_layer_order(const tar::ArchiveImage& image) {
    if (image.layers.size() != written_.layers.size())
      return error("verify.layer-count", kManifestName,
                   "expected " + std::to_string(written_.layers.size()) + " layers, found " +
                       std::to_string(image.layers.size()));
    for (std::size_t i = 0; i < image.layers.size(); ++i) {
      const auto expected = layer_name(written_.form, written_.layers[i]);
      if (image.layers[i] != expected)
        error("verify.layer-order", kManifestName,
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
    error("verify.tags", kManifestName, "RepoTags: expected " + list(written_.tags) + ", found " + list(image.tags));
  }

  /// The documents by which others read the archive as an OCI layout.
  void check_layout() {
    for (const auto& [name, bytes] : written_.documents) {
      if (name == tar::kIndexFile)
        check_bytes("verify.index", name, bytes);
      else if (name == tar::kLayoutFile)
        check_bytes("verify.layout", name, bytes);
      else if (name != kManifestName)
        check_bytes("verify.config", name, bytes);
    }
  }

  void check_bytes(const char* check, const std::string& name, const std::string& bytes) {
    const auto* member = only_file(check, name);
    if (member == nullptr) return;
    if (member->size != bytes.size())
      return error(check, name, "expected " + bytes_text(bytes.size()) + ", found " + bytes_text(member->size));
    if (read(*member) != bytes) error(check, name, "its bytes are not those that were written");
  }

  const WrittenArchive& archive_;
  const WrittenImage& written_;
  const Limits& limits_;
  CheckResults results_;
};

}  // namespace

CheckResults verify_documents(const WrittenArchive& archive, const WrittenImage& written, const Limits& limits) {
  return DocumentChecks(archive, written, limits).run();
}

}  // namespace occy::outputs
