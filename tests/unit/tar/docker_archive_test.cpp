#include "tar/docker_archive.hpp"

#include "support/catch.hpp"

using namespace occy;
using namespace occy::tar;

namespace {

const std::string kHex = "dcaae0c6b05b62484fe09430174935a076c15e968793c274b94ff385554da1d9";

result<std::vector<ArchiveImage>> parse(const std::string& text) { return parse_archive_manifest(text, {}); }

std::string document_refusal(const std::string& text) {
  const auto images = parse(text);
  REQUIRE(images.has_error());
  return images.error().message;
}

ArchiveImage named(const std::string& config, std::vector<std::string> tags) {
  return {.config = config, .tags = std::move(tags), .layers = {}};
}

Reference reference(const char* text) { return *Reference::parse(text); }

}  // namespace

TEST_CASE("docker archive: manifest.json gives the images with normalised names", "[tar]") {
  const auto images =
      parse(R"([{"Config":"./c.json","RepoTags":["a:1","b:2"],"Layers":["./1/layer.tar","2/layer.tar"],"Other":{}}])");

  REQUIRE(images.has_value());
  REQUIRE(images->size() == 1);
  CHECK(images->front().config == "c.json");
  CHECK(images->front().tags == std::vector<std::string>{"a:1", "b:2"});
  CHECK(images->front().layers == std::vector<std::string>{"1/layer.tar", "2/layer.tar"});
}

TEST_CASE("docker archive: an image may be without a name", "[tar]") {
  CHECK(parse(R"([{"Config":"c","RepoTags":null,"Layers":[]}])")->front().tags.empty());
  CHECK(parse(R"([{"Config":"c","Layers":[]}])")->front().tags.empty());
}

TEST_CASE("docker archive: a manifest.json that is no list of images is refused with what it is", "[tar]") {
  CHECK(document_refusal("null").find("null") != std::string::npos);
  CHECK(document_refusal("{}").find("an object") != std::string::npos);
  CHECK(document_refusal("[]").find("empty list") != std::string::npos);
  CHECK(document_refusal("[1]").find("image 0") != std::string::npos);
  CHECK(parse("").has_error());
  CHECK(parse("[{]").has_error());
  CHECK(parse("\xff\xfe").has_error());
}

TEST_CASE("docker archive: the message about a wrong type names the image and the key", "[tar]") {
  const std::string good = R"({"Config":"c","Layers":[]})";

  const auto config = document_refusal("[" + good + R"(,{"Config":7,"Layers":[]}])");
  CHECK(config.find("image 1") != std::string::npos);
  CHECK(config.find("Config") != std::string::npos);
  CHECK(document_refusal(R"([{"Layers":[]}])").find("Config") != std::string::npos);
  CHECK(document_refusal(R"([{"Config":"c"}])").find("Layers") != std::string::npos);
  CHECK(document_refusal(R"([{"Config":"c","Layers":null}])").find("Layers") != std::string::npos);
  CHECK(document_refusal(R"([{"Config":"c","Layers":"x"}])").find("Layers") != std::string::npos);
  CHECK(document_refusal(R"([{"Config":"c","Layers":[1]}])").find("Layers") != std::string::npos);
  CHECK(document_refusal(R"([{"Config":"c","Layers":[],"RepoTags":"x"}])").find("RepoTags") != std::string::npos);
}

TEST_CASE("docker archive: images and layers are capped", "[tar]") {
  Limits limits;
  limits.images = 1;
  limits.layers = 2;
  const std::string image = R"({"Config":"c","Layers":["1","2"]})";

  CHECK(parse_archive_manifest("[" + image + "]", limits).has_value());
  CHECK(parse_archive_manifest("[" + image + "," + image + "]", limits).has_error());
  CHECK(parse_archive_manifest(R"([{"Config":"c","Layers":["1","2","3"]}])", limits).has_error());
}

TEST_CASE("docker archive: ten thousand levels of nesting are refused", "[tar]") {
  CHECK(parse(std::string(10'000, '[') + std::string(10'000, ']')).has_error());
}

TEST_CASE("docker archive: the only image needs no name", "[tar]") {
  const std::vector images{named("c", {"a:1"})};

  CHECK(*choose_image(images, {}) == images.data());
}

TEST_CASE("docker archive: one image of several is chosen by any form of its name", "[tar]") {
  const std::vector images{named("c", {"a:1"}), named("d", {"b:1", "docker.io/library/c:latest"})};

  CHECK(*choose_image(images, reference("docker.io/library/a:1")) == &images[0]);
  CHECK(*choose_image(images, reference("b:1")) == &images[1]);
  CHECK(*choose_image(images, reference("c")) == &images[1]);
}

TEST_CASE("docker archive: without a name, or with a wrong one, the message lists the names", "[tar]") {
  const std::vector images{named("c", {"a:1"}), named("d", {})};

  const auto without = choose_image(images, {});
  const auto wrong = choose_image(images, reference("z"));

  REQUIRE(without.has_error());
  REQUIRE(wrong.has_error());
  CHECK(without.error().message.find("a:1, (without a name)") != std::string::npos);
  CHECK(wrong.error().message.find("a:1, (without a name)") != std::string::npos);
}

TEST_CASE("docker archive: a name that two different images have is refused", "[tar]") {
  CHECK(choose_image({named("c", {"a:1"}), named("d", {"a:1"})}, reference("a:1")).has_error());
  CHECK(choose_image({named("c", {"a:1"}), named("c", {"a:1"})}, reference("a:1")).has_value());
}

TEST_CASE("docker archive: only names of blobs and configs promise a digest", "[tar]") {
  const auto digest = Digest::parse_hex(kHex);

  CHECK(digest_in_name("blobs/sha256/" + kHex) == *digest);
  CHECK(digest_in_name(kHex + ".json") == *digest);
  CHECK(digest_in_name("sha256:" + kHex) == *digest);
  CHECK_FALSE(digest_in_name(kHex + "/layer.tar"));
  CHECK_FALSE(digest_in_name(kHex + ".tar"));
  CHECK_FALSE(digest_in_name("x/" + kHex + ".json"));
  CHECK_FALSE(digest_in_name("blobs/sha256/../" + kHex));
  CHECK_FALSE(digest_in_name(""));
}

TEST_CASE("docker archive: what is written is read back", "[tar]") {
  const ArchiveImage image{.config = config_member_name(*Digest::parse_hex(kHex)),
                           .tags = {"a:1", "registry.example:5000/b:2"},
                           .layers = {layer_member_name(*Digest::parse_hex(kHex))}};

  const std::string text = make_archive_manifest(image);
  const auto images = parse(text);

  CHECK(text == R"([{"Config":")" + kHex + R"(.json","RepoTags":["a:1","registry.example:5000/b:2"],"Layers":[")" +
                    kHex + "/layer.tar\"]}]\n");
  REQUIRE(images.has_value());
  CHECK(images->front().tags == image.tags);
  CHECK(images->front().layers == image.layers);
}

TEST_CASE("docker archive: an image without names has RepoTags null", "[tar]") {
  CHECK(make_archive_manifest({.config = "c\"", .tags = {}, .layers = {}}) ==
        "[{\"Config\":\"c\\\"\",\"RepoTags\":null,\"Layers\":[]}]\n");
}
