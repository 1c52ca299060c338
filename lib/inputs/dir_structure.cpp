#include "inputs/dir_structure.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "tar/archive_documents.hpp"
#include "tar/catalog.hpp"
#include "tar/oci_document.hpp"

namespace occy {
namespace {

/// Applies the rules in the order in which one depends on the other; each writes down its faults and goes on with what
/// there is.
class DirectoryExamination {
 public:
  DirectoryExamination(const DirectoryMembers& members, const DirInputOptions& options)
      : members_(members), options_(options) {}

  DirectoryImage run() {
    if (const auto manifest = find_manifest()) examine(*manifest);
    return std::move(found_);
  }

 private:
  /// The document that describes the image: manifest.json, or what the catalog names.
  std::optional<std::string> find_manifest() {
    if (members_.contains(tar::kManifestName)) return tar::kManifestName;
    if (members_.contains(tar::kCatalogName)) return find_in_catalog();
    std::string hint = "expected a directory that occy wrote, or an unpacked docker archive";
    if (members_.contains(tar::kLayoutFile)) hint = "it is an OCI layout: layout://" + members_.name();
    add({.code = Errc::not_found,
         .check = "archive",
         .detail = {.subject = members_.name(),
                    .what = "no image here",
                    .expected = "manifest.json or catalog.json",
                    .found = "neither",
                    .hint = std::move(hint)}});
    return std::nullopt;
  }

  std::optional<std::string> find_in_catalog() {
    const auto text = members_.read_document(tar::kCatalogName, "archive-manifest");
    if (!text) return add(text.error()), std::nullopt;
    const auto catalog = tar::parse_catalog(*text, members_.limits());
    if (!catalog) return add_fault(tar::kCatalogName, tar::located(catalog.error())), std::nullopt;
    const auto images = images_in(*catalog);
    const auto chosen = tar::find_image(members_.name(), images, options_.image);
    if (!chosen && has_unlisted_manifest()) return unlisted_manifest();
    if (images.empty()) return add_fault(tar::kCatalogName, "no image in the catalog"), std::nullopt;
    if (!chosen) return add(chosen.error()), std::nullopt;
    for (const std::string& name : (*chosen)->tags) found_.image.references.push_back(Reference::parse(name).value());
    const tar::CatalogEntry& entry = catalog->at(wanted_of((*chosen)->tags));
    promised_ = entry.config;
    return entry.manifest;
  }

  // A writer that is killed between its last two renames has published its image, and not the catalog that lists it:
  // all that a manifest names is there before the manifest is.

  [[nodiscard]] std::string manifest_of_wanted() const {
    return tar::manifest_file_name(options_.image->with_default_tag());
  }

  [[nodiscard]] bool has_unlisted_manifest() const { return options_.image && members_.contains(manifest_of_wanted()); }

  std::string unlisted_manifest() {
    warn_of_catalog("the image is not in the catalog", options_.image->str(), "none");
    return manifest_of_wanted();
  }

  void warn_of_catalog(std::string what, std::string expected, std::string found) {
    add({.code = Errc::bad_document,
         .check = "catalog",
         .detail = {.subject = members_.subject(tar::kCatalogName),
                    .what = std::move(what),
                    .expected = std::move(expected),
                    .found = std::move(found)},
         .severity = Severity::warning});
  }

  /// Each image once, with all of its names. Names alone decide, so that of a thousand manifests one is read.
  static std::vector<tar::ArchiveImage> images_in(const tar::Catalog& catalog) {
    std::map<Digest, tar::ArchiveImage> by_config;
    for (const auto& [name, entry] : catalog) by_config[entry.config].tags.push_back(name);
    std::vector<tar::ArchiveImage> images;
    images.reserve(by_config.size());
    for (auto& [config, image] : by_config)
      images.push_back({.config = config.hex(), .tags = std::move(image.tags), .layers = {}});
    std::sort(images.begin(), images.end(),
              [](const auto& one, const auto& other) { return one.tags.front() < other.tags.front(); });
    return images;
  }

  /// The name that is asked for, as the catalog spells it.
  [[nodiscard]] const std::string& wanted_of(const std::vector<std::string>& names) const {
    if (!options_.image) return names.front();
    const std::string wanted = options_.image->canonical();
    return *std::find_if(names.begin(), names.end(),
                         [&](const std::string& name) { return Reference::parse(name)->canonical() == wanted; });
  }

  void examine(const std::string& manifest) {
    const auto text = members_.read_document(manifest, "archive-manifest");
    if (!text) return add(text.error());
    const auto images = tar::parse_archive_manifest(*text, members_.limits());
    if (!images) return add_fault(manifest, tar::located(images.error()));
    const auto image = tar::find_image(members_.name(), *images, options_.image);
    if (!image) return add(image.error());
    read_config(**image);
    read_names(manifest, **image);
    find_layers(manifest, **image);
  }

  void read_names(const std::string& manifest, const tar::ArchiveImage& image) {
    for (const std::string& tag : image.tags) {
      auto reference = Reference::parse(tag);
      if (!reference)
        add_fault(manifest,
                  "RepoTags: \"" + tar::shortened(tag) + "\" is no image name: " + tar::located(reference.error()));
      else if (!promised_)  // otherwise the catalog knows them, and those of the image's other manifests
        found_.image.references.push_back(std::move(*reference));
    }
  }

  void read_config(const tar::ArchiveImage& image) {
    auto bytes = members_.read_document(image.config, "config");
    if (!bytes) return add(bytes.error());
    auto config = tar::read_config(members_.name(), image.config, std::move(*bytes), members_.limits());
    if (!config) return add(config.error());
    if (promised_ && config->digest() != *promised_) distrust_catalog(config->digest());
    found_.image.config = std::move(*config);
  }

  /// What the manifest says counts: of the names that the catalog has for the other image, it is one.
  void distrust_catalog(const Digest& config) {
    if (!options_.image && found_.image.references.size() > 1) return refuse_choice();
    warn_of_catalog("it is of an image that had this name before", config.str(), promised_->str());
    promised_.reset();
    found_.image.references.clear();
  }

  /// The names were of one image when the catalog was written, and are not any more.
  void refuse_choice() {
    add({.code = Errc::unsupported,
         .check = "archive-manifest",
         .detail = {.subject = members_.subject(tar::kCatalogName),
                    .what = "the names of one image are names of several by now",
                    .hint = "choose an image with ?image=NAME:TAG"}});
  }

  void find_layers(const std::string& manifest, const tar::ArchiveImage& image) {
    if (found_.image.config && is_unpacked(image)) return refuse_unpacked();
    if (found_.image.config) {
      const auto counted =
          tar::check_layer_count_in(members_.subject(manifest), image.layers.size(), *found_.image.config);
      if (!counted) add(counted.error());
    }
    std::vector<NamedLayer> layers;
    for (const std::string& name : image.layers) layers.push_back({.file = name});
    auto found = find_file_layers(members_, layers, found_.image.config);
    for (auto& fault : found.faults) add(std::move(fault));
    found_.image.layers = std::move(found.infos);
    found_.files = std::move(found.files);
  }

  [[nodiscard]] bool is_unpacked(const tar::ArchiveImage& image) const {
    return image.layers.empty() && !found_.image.config->diff_ids().empty() && members_.contains("rootfs");
  }

  void refuse_unpacked() {
    add({.code = Errc::unsupported,
         .check = "archive",
         .detail = {.subject = members_.name(),
                    .what = "an unpacked image: its layers are not there any more",
                    .expected = {},
                    .found = {},
                    .hint = "write it with dir:// without expand=true to read it back"}});
  }

  void add_fault(const std::string& name, std::string what, std::string expected = {}, std::string found = {}) {
    add({.code = Errc::bad_document,
         .check = "archive-manifest",
         .detail = {.subject = members_.subject(name),
                    .what = std::move(what),
                    .expected = std::move(expected),
                    .found = std::move(found)}});
  }

  void add(tar::ArchiveFault fault) { found_.image.faults.push_back(std::move(fault)); }

  const DirectoryMembers& members_;
  const DirInputOptions& options_;
  std::optional<Digest> promised_;
  DirectoryImage found_;
};

}  // namespace

DirectoryImage examine_dir(const DirectoryMembers& members, const DirInputOptions& options) {
  return DirectoryExamination(members, options).run();
}

}  // namespace occy
