#include "docker/predicted_id.hpp"

#include <boost/json/parse.hpp>
#include <map>

#include "docker/image_inspect.hpp"
#include "support/catch.hpp"
#include "support/docker_api.hpp"

using namespace occy;
using namespace occy::docker;
using namespace occy::test;

namespace {

namespace js = boost::json;

/// The members of an archive with short names, read without the library.
std::map<std::string, std::string> members_of(const std::string& archive) {
  std::map<std::string, std::string> members;
  for (std::size_t at = 0; archive[at] != '\0';) {
    const std::size_t size = std::stoul(archive.substr(at + 124, 11), nullptr, 8);
    members[archive.c_str() + at] = archive.substr(at + 512, size);
    at += 512 + (size + 511) / 512 * 512;
  }
  return members;
}

struct SentImage {
  ImageConfig config;
  std::vector<LayerRecord> layers;
};

SentImage sent_image(const std::string& archive) {
  const std::map<std::string, std::string> members = members_of(read_api_file("inputs/" + archive));
  const js::value manifest = js::parse(members.at("manifest.json")).at(0);
  SentImage image{ImageConfig::parse(members.at(std::string{manifest.at("Config").as_string()})).value(), {}};
  for (const js::value& name : manifest.at("Layers").as_array()) {
    const std::string& layer = members.at(std::string{name.as_string()});
    image.layers.push_back({sha256(layer), layer.size()});
  }
  return image;
}

std::string recorded_digest(const std::string& archive, const char* which) {
  return std::string{js::parse(read_api_file("inputs/digests.json")).at(archive).at(which).as_string()};
}

/// The ids that an engine may give the image of inputs/docker-save-form.tar.
struct Identities {
  Digest config;
  Digest manifest;
};

Identities identities() {
  const SentImage image = sent_image("docker-save-form.tar");
  return {image.config.digest(), sha256(predicted_manifest(image.config, image.layers))};
}

Digest recorded_id(const ApiCase& recorded) { return parse_image_inspect(body_of(recorded.response), {}).value().id; }

}  // namespace

TEST_CASE("predicted id: the manifest that the containerd store makes, byte for byte", "[docker]") {
  const std::string archive = GENERATE("docker-save-form.tar", "docker-save-form-dup.tar");
  const SentImage image = sent_image(archive);

  CHECK(image.config.digest().str() == recorded_digest(archive, "config_digest"));
  CHECK(sha256(predicted_manifest(image.config, image.layers)).str() == recorded_digest(archive, "containerd_id"));
}

TEST_CASE("predicted id: an image without layers has an empty list", "[docker]") {
  const ImageConfig config = ImageConfig::make({.platform = {"linux", "amd64"}, .diff_ids = {}});

  CHECK(predicted_manifest(config, {}).ends_with("\"layers\":[]}"));
}

TEST_CASE("predicted id: every engine gives the image one of the two ids", "[docker]") {
  const Identities ids = identities();
  for (const std::string& engine : api_engines()) {
    const bool has_containerd_store = engine.find("containerd") != std::string::npos;

    INFO(engine);
    CHECK(recorded_id(api_case(engine, "inspect")) == (has_containerd_store ? ids.manifest : ids.config));
  }
}

TEST_CASE("predicted id: an image with other bytes than were sent looks whole, and has neither id", "[docker]") {
  const Identities ids = identities();
  for (const std::string engine : {"docker-26-containerd", "docker-28-containerd"})
    for (const std::string name : {"inspect-after-failed-unpack", "inspect-evil-over-known-chain"}) {
      const ImageInspect image = parse_image_inspect(body_of(api_case(engine, name).response), {}).value();

      INFO(engine << " " << name);
      CHECK(image.diff_ids.size() == 3);
      CHECK(image.id != ids.config);
      CHECK(image.id != ids.manifest);
    }
}

TEST_CASE("predicted id: blobs that are missing show in the manifests", "[docker]") {
  const ApiCase recorded = api_case("docker-28-containerd", "inspect-thin-missing-blobs-manifests1");
  const ImageInspect image = parse_image_inspect(body_of(recorded.response), {}).value();

  REQUIRE(image.manifests.size() == 1);
  CHECK_FALSE(image.manifests[0].available);
}
