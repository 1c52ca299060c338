#include "registry/manifest_rules.hpp"

#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace occy;
using namespace occy::registry;
using namespace occy::test;

namespace {

constexpr const char* kOci = "application/vnd.oci.image.manifest.v1+json";
constexpr const char* kIndex = "application/vnd.oci.image.index.v1+json";
constexpr const char* kDocker = "application/vnd.docker.distribution.manifest.v2+json";

std::string manifest(const std::string& members = {}) {
  return R"({"schemaVersion":2,)" + members + R"("config":{"digest":")" + sha256("c").str() +
         R"(","size":1},"layers":[]})";
}

const std::string kEmptyIndex = R"({"schemaVersion":2,"manifests":[]})";

ImageManifest accept(const std::string& type, const std::string& bytes, const std::string& told = {},
                     const std::optional<Digest>& asked = {}) {
  return accept_manifest({.subject = "registry://r/a:1", .content_type = type, .digest_field = told, .bytes = bytes},
                         asked, Side::input, {});
}

Error manifest_refusal(const std::string& type, const std::string& bytes, const std::string& told = {},
                       const std::optional<Digest>& asked = {}) {
  return error_of([&] { (void)accept(type, bytes, told, asked); });
}

}  // namespace

TEST_CASE("manifest rules: the media type is that of the answer, or else the document's, or else OCI's", "[registry]") {
  CHECK(accept(std::string(kDocker) + "; charset=utf-8", manifest()).media_type == kDocker);
  CHECK(accept("Application/Vnd.OCI.image.index.v1+JSON", kEmptyIndex).media_type == kIndex);
  CHECK(accept("application/json", manifest(R"("mediaType":")" + std::string(kDocker) + "\",")).media_type == kDocker);
  CHECK(accept("application/json", manifest()).media_type == kOci);
  CHECK(accept("", kEmptyIndex).media_type == kIndex);
}

TEST_CASE("manifest rules: what two readers could read in two ways is refused", "[registry]") {
  CHECK(manifest_refusal(kIndex, manifest()).code() == Errc::bad_document);
  CHECK(manifest_refusal(kOci, kEmptyIndex).code() == Errc::bad_document);
  CHECK(manifest_refusal(kOci, manifest(R"("manifests":[],)")).code() == Errc::bad_document);
  const Error error = manifest_refusal(kOci, manifest(R"("mediaType":")" + std::string(kDocker) + "\","));
  CHECK(error.code() == Errc::bad_document);
  CHECK(error.detail().what == "the manifest has two media types");
}

TEST_CASE("manifest rules: both digests are held against the bytes", "[registry]") {
  const std::string bytes = manifest();
  const Digest right = sha256(bytes);
  const Digest wrong = sha256("another");

  CHECK(accept(kOci, bytes, right.str(), right).digest == right);
  CHECK(accept(kOci, bytes, "sha512:" + std::string(128, 'a')).digest == right);
  for (const Error& error : {manifest_refusal(kOci, bytes, {}, wrong), manifest_refusal(kOci, bytes, wrong.str()),
                             manifest_refusal(kOci, bytes, "garbage", right)}) {
    CHECK(error.code() == Errc::digest_mismatch);
    CHECK(error.detail().found == right.str());
  }
}

TEST_CASE("manifest rules: a page for people is no manifest", "[registry]") {
  const auto type = GENERATE("text/html; charset=utf-8", "application/json", "");
  const Error error = manifest_refusal(type, "<html>log in</html>");
  CHECK(error.code() == Errc::refused);
  CHECK(error.detail().found == "an HTML page");
}

TEST_CASE("manifest rules: schema 1 is refused by its name", "[registry]") {
  const std::string schema1 = R"({"schemaVersion":1,"name":"a","fsLayers":[],"history":[]})";
  for (const char* type : {"application/vnd.docker.distribution.manifest.v1+prettyjws",
                           "application/vnd.docker.distribution.manifest.v1+json", "application/json"}) {
    const Error error = manifest_refusal(type, schema1);
    CHECK(error.code() == Errc::unsupported);
    CHECK(error.detail().what.find("schema 1") != std::string::npos);
  }
}

TEST_CASE("manifest rules: what is not understood is refused", "[registry]") {
  CHECK(manifest_refusal("application/vnd.example.thing+json", manifest()).code() == Errc::unsupported);
  CHECK(manifest_refusal(kOci, "{").code() == Errc::bad_document);
  CHECK(manifest_refusal(kOci, "[]").code() == Errc::bad_document);
}
