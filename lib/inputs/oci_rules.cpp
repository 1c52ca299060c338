#include "inputs/oci_rules.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "tar/oci_writing.hpp"

namespace occy {
namespace {

constexpr std::string_view kOciLayerPrefix = "application/vnd.oci.image.layer.";
constexpr std::string_view kDockerLayerPrefix = "application/vnd.docker.image.rootfs.";
constexpr std::array<std::string_view, 2> kConfigTypes = {tar::kOciConfigType,
                                                          "application/vnd.docker.container.image.v1+json"};

tar::ArchiveFault warning(const char* check, const std::string& subject, std::string what, std::string expected,
                          const std::string& found) {
  return {.code = Errc::bad_document,
          .check = check,
          .detail = {.subject = subject,
                     .what = std::move(what),
                     .expected = std::move(expected),
                     .found = tar::shortened(found)},
          .severity = Severity::warning};
}

tar::ArchiveFault unknown_type(const std::string& subject, std::string what, std::string expected,
                               const std::string& found) {
  return warning("oci-media-type", subject, std::move(what) + ": unknown media type", std::move(expected), found);
}

}  // namespace

std::optional<Compression> declared_packing(const std::string& media_type) {
  if (media_type.ends_with("+gzip") || media_type.ends_with(".gzip")) return Compression::gzip;
  if (media_type.ends_with("+zstd") || media_type.ends_with(".zstd")) return Compression::zstd;
  if (media_type.ends_with(".tar")) return Compression::none;
  return std::nullopt;
}

bool is_for(const Platform& platform, const Platform& wanted) {
  return platform.os == wanted.os && platform.architecture == wanted.architecture &&
         (platform.variant.empty() || wanted.variant.empty() || platform.variant == wanted.variant);
}

std::vector<tar::ArchiveFault> find_unknown_media_types(const std::string& subject, const tar::OciDocument& manifest) {
  std::vector<tar::ArchiveFault> faults;
  const std::string& config = manifest.config->media_type;
  if (std::find(kConfigTypes.begin(), kConfigTypes.end(), config) == kConfigTypes.end())
    faults.push_back(unknown_type(subject, "config", tar::kOciConfigType, config));
  for (const Descriptor& layer : manifest.layers)
    if (!layer.media_type.starts_with(kOciLayerPrefix) && !layer.media_type.starts_with(kDockerLayerPrefix))
      faults.push_back(
          unknown_type(subject, "layer " + layer.digest.str(), "application/vnd.oci.image.layer.…", layer.media_type));
  return faults;
}

tar::ArchiveFault packed_otherwise(const std::string& subject, const std::string& media_type, Compression found) {
  return warning("media-type", subject, "the media type is not what the first bytes say", media_type,
                 std::string(to_string(found)));
}

}  // namespace occy
