#include "docker/image_inspect.hpp"

#include "support/catch.hpp"
#include "support/docker_api.hpp"

using namespace occy;
using namespace occy::docker;
using namespace occy::test;

namespace {

const std::string kId = "sha256:dcaae0c6b05b62484fe09430174935a076c15e968793c274b94ff385554da1d9";
const std::string kLayer = "sha256:920be51f13443b20f43fcc31ea2b324d5311b9fb586aff7f893de33c2c803d7a";

/// A whole answer, with one part of it replaced.
std::string document(const std::string& part = "", const std::string& by = "") {
  std::string text = R"({"Id":")" + kId + R"(","RepoTags":["occy/test:1"],"RootFS":{"Type":"layers","Layers":[")" +
                     kLayer + R"("]},"Os":"linux","Architecture":"arm64","Variant":"v8","Created":"2023"})";
  if (!part.empty()) text.replace(text.find(part), part.size(), by);
  return text;
}

std::string refusal(const std::string& text) {
  const result<ImageInspect> image = parse_image_inspect(text, {});
  return image.has_error() ? image.error().message : "accepted";
}

}  // namespace

TEST_CASE("image inspect: what an engine says of an image", "[docker]") {
  const ImageInspect image = parse_image_inspect(document(), {}).value();

  CHECK(image.id.str() == kId);
  CHECK(image.repo_tags == std::vector<std::string>{"occy/test:1"});
  REQUIRE(image.diff_ids.size() == 1);
  CHECK(image.diff_ids[0].str() == kLayer);
  CHECK(image.platform == Platform{"linux", "arm64", "v8"});
  CHECK(image.created == "2023");
  CHECK(image.manifests.empty());
}

TEST_CASE("image inspect: what engines leave out may be missing", "[docker]") {
  const std::string tags = R"("RepoTags":["occy/test:1"],)";

  CHECK(parse_image_inspect(document(R"(,"Layers":[")" + kLayer + R"("])"), {}).value().diff_ids.empty());
  CHECK(parse_image_inspect(document(R"({"Type":"layers","Layers":[")" + kLayer + R"("]})", "{}"), {}).has_value());
  CHECK(parse_image_inspect(document(tags), {}).value().repo_tags.empty());
  CHECK(parse_image_inspect(document(tags, R"("RepoTags":null,)"), {}).value().repo_tags.empty());
  CHECK(parse_image_inspect(document(R"(,"Variant":"v8","Created":"2023")"), {}).has_value());
}

TEST_CASE("image inspect: a missing or ill-typed field is named", "[docker]") {
  CHECK(refusal(document(R"("Id":")" + kId + R"(",)")) == "image inspect: Id: expected a digest, found nothing");
  CHECK(refusal(document(kId, "latest")).starts_with("image inspect: Id: "));
  CHECK(refusal(document('"' + kId + '"', "5")) == "image inspect: Id: expected a digest, found a number");
  CHECK(refusal(document(R"(["occy/test:1"])", "5")).find("RepoTags") != std::string::npos);
  CHECK(refusal(document(R"("RootFS")", R"("Rootfs")")) == "image inspect: RootFS: expected an object, found nothing");
  CHECK(refusal(document(R"({"Type":"layers","Layers":[")" + kLayer + R"("]})", "[]")).find("RootFS") !=
        std::string::npos);
  CHECK(refusal(document("[\"" + kLayer + "\"]", "\"x\"")) ==
        "image inspect: RootFS.Layers: expected an array, found a string");
  CHECK(refusal(document('"' + kLayer + '"', '"' + kLayer + "\",7")) ==
        "image inspect: RootFS.Layers[1]: expected a digest, found a number");
  CHECK(refusal(document(kLayer, "sha256:00")).starts_with("image inspect: RootFS.Layers[0]: "));
  CHECK(refusal(document(R"("Os":"linux",)")).find("Os") != std::string::npos);
  CHECK(refusal(document(R"("arm64")", "null")).find("Architecture") != std::string::npos);
}

TEST_CASE("image inspect: what is no JSON object is refused", "[docker]") {
  CHECK(refusal("").starts_with("image inspect: "));
  CHECK(refusal("[]") == "image inspect: the answer: expected an object, found an array");
  CHECK(refusal(document() + "x").starts_with("image inspect: "));
  CHECK(refusal("<html>").starts_with("image inspect: "));
}

TEST_CASE("image inspect: more layers than the limit are refused", "[docker]") {
  Limits limits;
  limits.layers = 0;

  CHECK(parse_image_inspect(document(), limits).error().message == "image inspect: RootFS.Layers: more than 0 layers");
}

TEST_CASE("image inspect: manifests tell what is available", "[docker]") {
  const auto with = [](const std::string& manifests) {
    return document(R"("Os")", R"("Manifests":)" + manifests + R"(,"Os")");
  };
  const auto image =
      parse_image_inspect(with(R"([{"ID":"a","Available":true,"Kind":"image"},{"ID":"b","Available":false}])"), {})
          .value();

  REQUIRE(image.manifests.size() == 2);
  CHECK(image.manifests[0].available);
  CHECK(image.manifests[0].kind == "image");
  CHECK_FALSE(image.manifests[1].available);
  CHECK(image.manifests[1].id == "b");
  CHECK(refusal(with("{}")) == "image inspect: Manifests: expected an array, found an object");
  CHECK(refusal(with(R"([{"ID":"a"}])")) ==
        "image inspect: Manifests[0].Available: expected true or false, found nothing");
  CHECK(refusal(with(R"([{"Available":true}])")) == "image inspect: Manifests[0].ID: expected a string, found nothing");
}

TEST_CASE("recorded inspects: every answer with status 200 is understood", "[docker]") {
  std::size_t images = 0;
  for (const ApiCase& recorded : api_cases("inspect")) {
    if (recorded.status != 200) continue;
    const auto image = parse_image_inspect(body_of(recorded.response), {});

    INFO(recorded.engine << " " << recorded.name << ": " << (image.has_error() ? image.error().message : ""));
    REQUIRE(image.has_value());
    const bool lacks_blobs =
        recorded.engine == "docker-28-containerd" && recorded.name.starts_with("inspect-thin-missing-blobs");
    CHECK(image->diff_ids.empty() == lacks_blobs);
    ++images;
  }
  CHECK(images > 100);
}
