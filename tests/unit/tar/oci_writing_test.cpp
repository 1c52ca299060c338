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
