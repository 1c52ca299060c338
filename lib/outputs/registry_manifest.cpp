#include "outputs/registry_manifest.hpp"

#include <algorithm>
#include <utility>

#include "occy/error.hpp"

namespace occy::outputs {
namespace {

using Format = RegistryWriterOptions::Format;
using Digests = RegistryWriterOptions::Digests;

Format family_of(const ImageDescription& image) {
  const std::string& type = image.manifest ? image.manifest->media_type : image.manifest_type;
  return type == tar::kDockerManifestType ? Format::docker : Format::oci;
}

[[noreturn]] void refuse_digest(const std::string& destination, std::string expected, std::string found) {
  throw Error(Errc::digest_mismatch, Side::output,
              {.subject = destination,
               .what = "the manifest cannot stay as it is",
               .expected = std::move(expected),
               .found = std::move(found),
               .hint = "without preserve-digests=require, a new manifest is written"});
}

std::vector<Descriptor> oci_layers(const std::vector<LayerRecord>& layers, const MediaTypes& media_types) {
  std::vector<Descriptor> descriptors;
  for (const LayerRecord& layer : layers) {
    const StoredBlob blob = stored_blob(layer);
    const auto known = media_types.find(blob.digest);
    const std::string of_source = known == media_types.end() ? std::string() : known->second;
    descriptors.push_back({tar::layer_media_type(blob.compression, of_source), blob.digest, blob.size});
  }
  return descriptors;
}

std::vector<Descriptor> docker_layers(const std::vector<LayerRecord>& layers) {
  std::vector<Descriptor> descriptors;
  for (const LayerRecord& layer : layers) {
    const StoredBlob blob = stored_blob(layer);
    descriptors.push_back({tar::docker_layer_media_type(blob.compression), blob.digest, blob.size});
  }
  return descriptors;
}

ImageManifest as_manifest(const char* media_type, std::string bytes) {
  const Digest digest = sha256(bytes);
  return {.media_type = media_type, .bytes = std::move(bytes), .digest = digest};
}

}  // namespace

ManifestChoice::ManifestChoice(const ImageDescription& image, const RegistryWriterOptions& options,
                               std::string destination)
    : source_(image.manifest),
      media_types_(media_types_of(image)),
      asked_(options.format),
      family_(asked_ == Format::of_source ? family_of(image) : asked_),
      digests_(options.digests),
      destination_(std::move(destination)) {
  require_sayable(options.compression);
  if (digests_ != Digests::require) return;
  if (!source_) refuse_digest(destination_, "a source that has a manifest, and filters that change nothing", {});
  if (family_ != family_of(image)) refuse_digest(destination_, source_->media_type, "another format is asked for");
}

bool ManifestChoice::can_say(Compression compression) const noexcept {
  return asked_ != Format::docker || compression != Compression::zstd;
}

void ManifestChoice::require_sayable(Compression compression) const {
  if (can_say(compression)) return;
  throw Error(Errc::unsupported, Side::output,
              {.subject = destination_,
               .what = "a manifest of Docker's schema 2 has no name for layers packed with zstd",
               .expected = "gzip",
               .found = "zstd",
               .hint = "use format=oci"});
}

// zstd is OCI's alone: an image that gets such a layer becomes one of OCI.
bool ManifestChoice::is_docker(const std::vector<LayerRecord>& layers) const {
  return family_ == Format::docker && std::none_of(layers.begin(), layers.end(), [](const LayerRecord& layer) {
           return stored_blob(layer).compression == Compression::zstd;
         });
}

bool ManifestChoice::may_keep() const {
  return source_ && (asked_ == Format::of_source ||
                     (source_->media_type == tar::kDockerManifestType) == (asked_ == Format::docker));
}

ImageManifest ManifestChoice::make_new(const ImageConfig& config, const std::vector<LayerRecord>& layers) const {
  Descriptor blob{.media_type = tar::kOciConfigType, .digest = config.digest(), .size = config.bytes().size()};
  if (!is_docker(layers))
    return as_manifest(tar::kOciManifestType, tar::make_oci_manifest(blob, oci_layers(layers, media_types_)));
  blob.media_type = tar::kDockerConfigType;
  return as_manifest(tar::kDockerManifestType, tar::make_docker_manifest(blob, docker_layers(layers)));
}

ImageManifest ManifestChoice::make(const ImageConfig& config, const std::vector<LayerRecord>& layers,
                                   const Limits& limits) const {
  if (may_keep() && fits(*source_, config, layers, limits)) return *source_;
  ImageManifest made = make_new(config, layers);
  if (digests_ == Digests::require) refuse_digest(destination_, source_->digest.str(), made.digest.str());
  return made;
}

}  // namespace occy::outputs
