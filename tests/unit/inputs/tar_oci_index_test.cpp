// index.json beside manifest.json: engines differ in which one they read, so both must say the same.
#include "occy/error.hpp"
#include "occy/inputs/tar.hpp"
#include "support/archive_builder.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using namespace occy::test;

namespace {

CheckResults check(const std::vector<TarMember>& members, const TarInputOptions& options = {}) {
  const TempDir directory;
  TarInput input(write_file(directory / "image.tar", tar_archive(members)), options);
  auto results = input.check_structure();
  if (results.has_errors())
    CHECK_THROWS_AS(input.describe(), Error);
  else
    CHECK_NOTHROW(input.describe());
  return results;
}

void set_index(std::vector<TarMember>& members, const std::string& manifests) {
  member_of(members, "index.json").bytes = R"({"schemaVersion":2,"manifests":[)" + manifests + "]}";
}

std::string descriptor(const std::string& bytes, const std::string& name = {}) {
  const std::string annotations =
      name.empty() ? "" : R"(,"annotations":{"io.containerd.image.name":"docker.io/)" + name + R"("})";
  return R"({"digest":")" + sha256(bytes).str() + R"(","size":)" + std::to_string(bytes.size()) + annotations + "}";
}

TarMember blob(const std::string& bytes) { return {.name = "blobs/sha256/" + sha256(bytes).hex(), .bytes = bytes}; }

/// The image manifest that index.json of a saved small image names.
std::string manifest_bytes(std::vector<TarMember>& members) {
  const auto& index = member_of(members, "index.json").bytes;
  const auto begin = index.find("sha256:") + 7;
  return member_of(members, "blobs/sha256/" + index.substr(begin, 64)).bytes;
}

}  // namespace

TEST_CASE("oci index: index.json that names another config for the image is refused", "[inputs]") {
  auto members = save({small_image()});
  auto other = small_image();
  other.layers.pop_back();
  for (const auto& member : save({other}))
    if (member.name.starts_with("blobs/sha256/")) members.push_back(member);
  std::vector<TarMember> other_members = save({other});
  member_of(members, "index.json").bytes = member_of(other_members, "index.json").bytes;

  const auto results = check(members);

  REQUIRE(results.find("index") != nullptr);
  CHECK(results.find("index")->message.find(sha256(small_image().config()).str()) != std::string::npos);
  CHECK(results.find("index")->message.find(sha256(other.config()).str()) != std::string::npos);
}

TEST_CASE("oci index: without names in it, one of its images must be the chosen one", "[inputs]") {
  auto members = save({small_image()});
  const std::string manifest = manifest_bytes(members);

  set_index(members, descriptor(manifest));
  CHECK(check(members).findings().empty());

  set_index(members, "");
  CHECK(check(members).find("index") != nullptr);
}

TEST_CASE("oci index: every entry with the image's name must lead to its config", "[inputs]") {
  auto other = small_image("other:1");
  other.layers.pop_back();
  auto members = save({small_image(), other});
  auto alone = save({other});
  const std::string manifest = manifest_bytes(members);
  const std::string other_manifest = manifest_bytes(alone);
  const TarInputOptions wanted{.image = *Reference::parse("occy/test:1")};
  CHECK(check(members, wanted).findings().empty());

  set_index(members, descriptor(manifest, "occy/test:1") + "," + descriptor(other_manifest, "occy/test:1"));

  CHECK(check(members, wanted).find("index") != nullptr);
}

TEST_CASE("oci index: platforms that an export left out are warnings", "[inputs]") {
  auto members = save({small_image()});
  const std::string nested =
      R"({"manifests":[)" + descriptor(manifest_bytes(members)) + "," + descriptor("arm64") + "]}";
  members.push_back(blob(nested));
  set_index(members, descriptor(nested, "occy/test:1"));

  const auto results = check(members);

  CHECK_FALSE(results.has_errors());
  REQUIRE(results.find("archive-blob-missing") != nullptr);
  CHECK(results.find("archive-blob-missing")->severity == Severity::warning);
}

TEST_CASE("oci index: a manifest or a blob of the image that is missing is an error", "[inputs]") {
  auto members = save({small_image()});
  const std::string manifest = manifest_bytes(members);

  SECTION("the manifest") {
    remove_member(members, blob(manifest).name);
    CHECK(check(members).find("archive-blob-missing") != nullptr);
  }
  SECTION("a layer that only the manifest names") {
    std::string changed = manifest;
    const auto layers = changed.find("\"layers\":[") + 10;
    changed.insert(layers, descriptor("not there") + ",");
    members.push_back(blob(changed));
    set_index(members, descriptor(changed, "occy/test:1"));
    CHECK(check(members).find("archive-blob-missing") != nullptr);
  }
  SECTION("a layer of another size") {
    std::string changed = manifest;
    changed.insert(changed.rfind('}') - 2, "0");
    members.push_back(blob(changed));
    set_index(members, descriptor(changed, "occy/test:1"));
    CHECK(check(members).find("index") != nullptr);
  }
}

TEST_CASE("oci index: blobs of other images that are missing are warnings", "[inputs]") {
  auto members = save({small_image()});
  set_index(members, descriptor(manifest_bytes(members), "occy/test:1") + "," + descriptor("gone", "other:1"));

  const auto results = check(members);

  CHECK_FALSE(results.has_errors());
  CHECK(results.warning_count() == 1);
}

TEST_CASE("oci index: documents that do not parse or are not what their digest promises are refused", "[inputs]") {
  auto members = save({small_image()});

  SECTION("index.json") { member_of(members, "index.json").bytes = "{"; }
  SECTION("an index that is a manifest too") {
    member_of(members, "index.json").bytes = R"({"manifests":[],"layers":[]})";
  }
  SECTION("a manifest's bytes") { member_of(members, blob(manifest_bytes(members)).name).bytes += " "; }
  SECTION("a manifest that is none") {
    members.push_back(blob("[]"));
    set_index(members, descriptor("[]", "occy/test:1"));
  }

  CHECK(check(members).find("index") != nullptr);
}

TEST_CASE("oci index: documents that are named again and again are read once, within a cap", "[inputs]") {
  auto members = save({small_image()});
  const std::string manifest = manifest_bytes(members);
  set_index(members, descriptor(manifest) + "," + descriptor(manifest) + "," + descriptor(manifest));
  CHECK(check(members).findings().empty());

  TarInputOptions options;
  options.limits.held_document_bytes = manifest.size();

  CHECK(check(members, options).find("index") != nullptr);
}
