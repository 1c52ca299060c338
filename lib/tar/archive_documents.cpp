#include "tar/archive_documents.hpp"

#include <utility>

namespace occy::tar {
namespace {

std::string hint_without_manifest(const std::function<bool(const std::string&)>& has_member) {
  if (has_member("index.json") || has_member("oci-layout"))
    return "this is an OCI layout without manifest.json: copy it whole (--platform all), or unpack it (tar -x), and "
           "read it "
           "as layout://DIRECTORY";
  if (has_member("repositories")) return "saved by Docker before 1.10: load it into an engine and save it again";
  return "expected an archive as docker save writes it";
}

ArchiveFault manifest_fault(const std::string& archive, ErrorDetail detail) {
  detail.subject = member_subject(archive, kManifestName);
  return {.code = Errc::bad_archive, .check = "archive-manifest", .detail = std::move(detail)};
}

}  // namespace

ArchiveFault manifest_missing(const std::string& archive, const std::function<bool(const std::string&)>& has_member) {
  return manifest_fault(archive, {.subject = {},
                                  .what = "missing",
                                  .expected = "one member of this name",
                                  .found = "none",
                                  .hint = hint_without_manifest(has_member)});
}

ArchiveFault manifest_repeated(const std::string& archive) {
  return manifest_fault(
      archive, {.subject = {}, .what = "ambiguous", .expected = "one member of this name", .found = "several"});
}

checked<std::vector<ArchiveImage>> read_manifest(const std::string& archive, const std::string& bytes,
                                                 const Limits& limits) {
  auto images = parse_archive_manifest(bytes, limits);
  if (!images) return manifest_fault(archive, {.subject = {}, .what = located(images.error())});
  return std::move(*images);
}

checked<const ArchiveImage*> find_image(const std::string& archive, const std::vector<ArchiveImage>& images,
                                        const std::optional<Reference>& wanted) {
  auto image = choose_image(images, wanted);
  if (image) return *image;
  return ArchiveFault{
      .code = wanted ? Errc::not_found : Errc::unsupported,
      .check = "archive-manifest",
      .detail = {.subject = archive, .what = image.error().message, .hint = "choose an image with ?image=NAME:TAG"}};
}

checked<ImageConfig> read_config(const std::string& archive, const std::string& member, std::string bytes,
                                 const Limits& limits) {
  const std::string subject = member_subject(archive, member);
  const auto promised = digest_in_name(member);
  if (const auto actual = sha256(bytes); promised && *promised != actual)
    return ArchiveFault{.code = Errc::digest_mismatch,
                        .check = "config-digest",
                        .detail = {.subject = subject,
                                   .what = "the config is not what its name promises",
                                   .expected = promised->str(),
                                   .found = actual.str()}};
  auto config = ImageConfig::parse(std::move(bytes), limits);
  if (config) return std::move(*config);
  return ArchiveFault{
      .code = Errc::bad_document, .check = "config", .detail = {.subject = subject, .what = located(config.error())}};
}

checked<void> check_layer_count(const std::string& archive, const ArchiveImage& image, const ImageConfig& config) {
  return check_layer_count_in(member_subject(archive, kManifestName), image.layers.size(), config);
}

checked<void> check_layer_count_in(const std::string& document, std::size_t layers, const ImageConfig& config) {
  if (layers == config.diff_ids().size()) return {};
  return ArchiveFault{.code = Errc::bad_archive,
                      .check = "layer-count",
                      .detail = {.subject = document,
                                 .what = "layers and the config's diff_ids differ in number",
                                 .expected = std::to_string(config.diff_ids().size()) + " layers",
                                 .found = std::to_string(layers)}};
}

ArchiveFault member_repeated(const std::string& subject) {
  return {
      .code = Errc::bad_archive,
      .check = "duplicate-entry",
      .detail = {.subject = subject, .what = "ambiguous", .expected = "one member of this name", .found = "several"}};
}

ArchiveFault layer_shared(const std::string& subject, const Digest& expected, const Digest& found) {
  return {.code = Errc::digest_mismatch,
          .check = "diff-id",
          .detail = {.subject = subject,
                     .what = "one member stands for two different layers",
                     .expected = expected.str(),
                     .found = found.str()}};
}

ArchiveFault document_too_large(const std::string& subject, std::string check, std::uint64_t size,
                                const Limits& limits) {
  return {.code = Errc::limit,
          .check = std::move(check),
          .detail = {.subject = subject,
                     .what = "document too large",
                     .expected = "at most " + std::to_string(limits.document_bytes) + " bytes",
                     .found = std::to_string(size) + " bytes"}};
}

}  // namespace occy::tar
