#include "docker/predicted_id.hpp"

namespace occy::docker {
namespace {

std::string descriptor(std::string_view media_type, const Digest& digest, std::uint64_t size) {
  return std::string{R"({"mediaType":")"}.append(media_type) + R"(","digest":")" + digest.str() + R"(","size":)" +
         std::to_string(size) + "}";
}

}  // namespace

std::string predicted_manifest(const ImageConfig& config, const std::vector<LayerRecord>& layers) {
  std::string manifest =
      R"({"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":)";
  manifest += descriptor("application/vnd.docker.container.image.v1+json", config.digest(), config.bytes().size());
  manifest += R"(,"layers":[)";
  const char* separator = "";
  for (const LayerRecord& layer : layers) {
    manifest += std::exchange(separator, ",");
    manifest += descriptor("application/vnd.docker.image.rootfs.diff.tar", layer.diff_id, layer.size);
  }
  return manifest + "]}";
}

}  // namespace occy::docker
