#include "tar/oci_writing.hpp"

#include "support/catch.hpp"

using namespace occy;
using namespace occy::tar;
using occy::test::contains_text;

namespace {

const Descriptor kManifest = {.media_type = kOciManifestType, .digest = sha256("manifest"), .size = 8};

/// An index with one entry for kManifest, which has `more` members.
std::string index_with(const std::string& more) {
  return R"({"manifests":[{"mediaType":"m","digest":")" + kManifest.digest.str() + R"(","size":8)" + more + "}]}";
}

std::size_t entries_after(const std::string& index, const std::vector<IndexName>& names) {
  const auto updated = update_oci_index(index, kManifest, names, {});
  REQUIRE(updated.has_value());
  return parse_oci_document(*updated, {})->manifests.size();
}

}  // namespace

TEST_CASE("oci writing: only an entry that says nothing more gives way to one without a name", "[tar]") {
  CHECK(entries_after(index_with(""), {}) == 1);

  const std::string more = GENERATE(as<std::string>(), R"("annotations":{"io.containerd.image.name":"docker.io/a:1"})",
                                    R"("annotations":{"com.example.note":"mine"})",
                                    R"("platform":{"os":"linux","architecture":"arm64"})", R"("urls":["https://a"])");
  const std::string index = index_with("," + more);
  CHECK(entries_after(index, {}) == 2);
  CHECK_THAT(update_oci_index(index, kManifest, {}, {}).value(), contains_text(more));
}

TEST_CASE("oci writing: an index that could not be read back is not made", "[tar]") {
  const std::string index = index_with("");
  const std::vector<IndexName> names = {{.ref_name = "1"}};
  const auto larger = update_oci_index(index, kManifest, names, {});
  REQUIRE(larger.has_value());
  Limits limits;

  limits.images = 2;
  limits.document_bytes = larger->size();
  CHECK(update_oci_index(index, kManifest, names, limits).has_value());
  CHECK(update_oci_index(*larger, kManifest, names, limits).has_value());
  limits.document_bytes = larger->size() - 1;
  CHECK_THAT(update_oci_index(index, kManifest, names, limits).error().message, contains_text("no room"));
  limits = {};
  limits.images = 1;
  CHECK_THAT(update_oci_index(index, kManifest, names, limits).error().message, contains_text("no room"));
  CHECK(update_oci_index(index, kManifest, {}, limits).has_value());
}
