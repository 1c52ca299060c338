#include "inputs/tar_structure.hpp"

#include <utility>

#include "inputs/tar_layers.hpp"
#include "inputs/tar_oci_index.hpp"
#include "tar/archive_documents.hpp"

namespace occy {
namespace {

/// Applies the rules in the order in which one depends on the other; each writes down its faults and goes on with what
/// there is.
class Examination {
 public:
  Examination(const TarMembers& members, const TarInputOptions& options) : members_(members), options_(options) {}

  TarImage run() {
    if (!look_at_archive()) return std::move(found_);
    choose_image();
    if (!listed_) return std::move(found_);
    read_names();
    read_config();
    auto layers = locate_layers(members_, *listed_, found_.image.config);
    found_.image.layers = std::move(layers.infos);
    found_.stored = std::move(layers.stored);
    add_all(std::move(layers.faults));
    if (found_.image.config) follow_oci_index(found_.image.config->digest());
    look_for_repeated_names();
    return std::move(found_);
  }

 private:
  /// False when there is nothing in it to look at.
  bool look_at_archive() {
    auto fault = members_.fault();
    if (!fault) return true;
    add(std::move(*fault));
    return !members_.index().members().empty();
  }

  void choose_image() {
    const auto images = read_manifest();
    if (!images) return add(images.error());
    auto image = tar::find_image(members_.archive(), *images, options_.image);
    if (!image) return add(image.error());
    listed_ = **image;
  }

  tar::checked<std::vector<tar::ArchiveImage>> read_manifest() const {
    const auto has = [this](const std::string& name) { return members_.contains(name); };
    const std::size_t count = members_.index().count(tar::kManifestName);
    if (count == 0) return tar::manifest_missing(members_.archive(), has);
    if (count > 1) return tar::manifest_repeated(members_.archive());
    const auto bytes = members_.read_document(tar::kManifestName, "archive-manifest");
    if (!bytes) return bytes.error();
    return tar::read_manifest(members_.archive(), *bytes, members_.limits());
  }

  void follow_oci_index(const Digest& config) {
    auto compared = compare_with_oci_index(members_, *listed_, config);
    add_all(std::move(compared.faults));
    found_.image.manifest = std::move(compared.manifest);
  }

  void read_names() {
    for (const auto& tag : listed_->tags) {
      auto reference = Reference::parse(tag);
      if (reference) {
        found_.image.references.push_back(std::move(*reference));
        continue;
      }
      add({.code = Errc::bad_text,
           .check = "archive-manifest",
           .detail = {.subject = members_.subject(tar::kManifestName),
                      .what = "RepoTags: \"" + tar::shortened(tag) +
                              "\" is no image name: " + tar::located(reference.error())}});
    }
  }

  void read_config() {
    const std::string& name = listed_->config;
    auto bytes = members_.read_document(name, "config");
    if (!bytes) return add(bytes.error());
    auto config = tar::read_config(members_.archive(), name, std::move(*bytes), members_.limits());
    if (!config) return add(config.error());
    found_.image.config = std::move(*config);
    const auto counted = tar::check_layer_count(members_.archive(), *listed_, *found_.image.config);
    if (!counted) add(counted.error());
  }

  /// A name that the image uses is an error where it is used; of the others it is enough to know.
  void look_for_repeated_names() {
    const auto& index = members_.index();
    std::size_t warnings = 0;
    for (const auto& member : index.members()) {
      const bool repeated = member.type != tar::EntryType::directory && index.count(member.name) > 1;
      if (!repeated || index.find(member.name) != &member || warnings++ >= members_.limits().findings) continue;
      add({.code = Errc::bad_archive,
           .check = "duplicate-entry",
           .detail = {.subject = members_.subject(member.name), .what = "several members have this name"},
           .severity = Severity::warning});
    }
  }

  void add(tar::ArchiveFault fault) { found_.image.faults.push_back(std::move(fault)); }

  void add_all(std::vector<tar::ArchiveFault> faults) {
    for (auto& fault : faults) add(std::move(fault));
  }

  const TarMembers& members_;
  const TarInputOptions& options_;
  std::optional<tar::ArchiveImage> listed_;
  TarImage found_;
};

}  // namespace

TarImage examine_tar(const io::File& file, const tar::ArchiveIndex& index, std::string archive,
                     const TarInputOptions& options) {
  const TarMembers members(file, index, std::move(archive), options.limits);
  return Examination(members, options).run();
}

}  // namespace occy
