#include "tar/oci_document.hpp"

#include "support/catch.hpp"

using namespace occy;
using namespace occy::tar;

namespace {

const std::string kDigest = "sha256:dcaae0c6b05b62484fe09430174935a076c15e968793c274b94ff385554da1d9";
const std::string kBlob = R"({"mediaType":"m","digest":")" + kDigest + R"(","size":7})";

bool refused(const std::string& text) { return parse_oci_document(text, {}).has_error(); }

}  // namespace

TEST_CASE("oci document: an index has entries, with the name that containerd gave them", "[tar]") {
  const auto index =
      parse_oci_document(R"({"manifests":[)" + kBlob + R"(,{"digest":")" + kDigest +
                             R"(","size":8,"annotations":{"io.containerd.image.name":"docker.io/library/a:1"}}]})",
                         {});

  REQUIRE(index.has_value());
  REQUIRE(index->manifests.size() == 2);
  CHECK_FALSE(index->config);
  CHECK(index->manifests[0].descriptor.media_type == "m");
  CHECK(index->manifests[0].descriptor.digest.str() == kDigest);
  CHECK(index->manifests[0].descriptor.size == 7);
  CHECK(index->manifests[0].image_name.empty());
  CHECK(index->manifests[1].image_name == "docker.io/library/a:1");
}

TEST_CASE("oci document: a manifest has a config and layers", "[tar]") {
  const auto manifest = parse_oci_document(R"({"config":)" + kBlob + R"(,"layers":[)" + kBlob + "," + kBlob + "]}", {});

  REQUIRE(manifest.has_value());
  REQUIRE(manifest->config);
  CHECK(manifest->config->digest.str() == kDigest);
  CHECK(manifest->layers.size() == 2);
  CHECK(manifest->manifests.empty());
}

TEST_CASE("oci document: an index that is a manifest too is refused", "[tar]") {
  CHECK(refused(R"({"manifests":[],"config":)" + kBlob + "}"));
  CHECK(refused(R"({"manifests":[],"layers":[]})"));
}

TEST_CASE("oci document: what is neither, or has members of wrong types, is refused", "[tar]") {
  CHECK(refused("null"));
  CHECK(refused("[]"));
  CHECK(refused("{}"));
  CHECK(refused(R"({"layers":[]})"));
  CHECK(refused(R"({"manifests":{}})"));
  CHECK(refused(R"({"manifests":[1]})"));
  CHECK(refused(R"({"manifests":[{"digest":")" + kDigest + R"("}]})"));
  CHECK(refused(R"({"manifests":[{"digest":")" + kDigest + R"(","size":-1}]})"));
  CHECK(refused(R"({"manifests":[{"digest":"sha256:xyz","size":1}]})"));
  CHECK(refused(R"({"manifests":[{"size":1}]})"));
  CHECK(refused(R"({"config":"x"})"));
  CHECK(refused(R"({"config":)" + kBlob + R"(,"layers":[null]})"));
}

TEST_CASE("oci document: entries and layers are capped", "[tar]") {
  Limits limits;
  limits.images = 1;
  limits.layers = 1;

  CHECK(parse_oci_document(R"({"manifests":[)" + kBlob + "," + kBlob + "]}", limits).has_error());
  CHECK(
      parse_oci_document(R"({"config":)" + kBlob + R"(,"layers":[)" + kBlob + "," + kBlob + "]}", limits).has_error());
}
