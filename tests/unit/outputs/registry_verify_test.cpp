#include "occy/error.hpp"
#include "registry_scene.hpp"
#include "support/catch.hpp"
#include "support/write_image.hpp"

using namespace occy;
using namespace occy::test;

namespace {

/// An image in a registry, and its writer, which verifies it.
struct Pushed {
  FakeRegistry registry;
  StoredInput input{make_image({random_layer(1, 5'000), random_layer(2, 9'000)}), Compression::gzip};
  RegistryWriter writer{registry.place("x:1"), quick_session()};

  Pushed() { process(input, writer, {.verify = {}}); }

  Digest layer(std::size_t i) { return (*input.describe().layers)[i].stored->digest; }
};

std::string ids(const CheckResults& results) {
  std::string ids;
  for (const Finding& finding : results.findings()) ids.append(ids.empty() ? "" : " ").append(finding.check);
  return ids;
}

}  // namespace

TEST_CASE("registry verify: an image as it was written is proved at both levels", "[outputs][registry]") {
  Pushed written;

  CHECK(ids(written.writer.verify(VerifyLevel::standard)) == "verify.ok");
  CHECK(ids(written.writer.verify(VerifyLevel::full)) == "verify.ok");
}

TEST_CASE("registry verify: standard reads no layer, full reads each", "[outputs][registry]") {
  Pushed written;
  written.registry.forget_requests();

  written.writer.verify(VerifyLevel::standard);
  CHECK(written.registry.count("GET /v2/x/blobs") == 0);
  CHECK(written.registry.count("HEAD /v2/x/blobs") == 3);

  written.writer.verify(VerifyLevel::full);
  CHECK(written.registry.count("GET /v2/x/blobs") == 3);
}

TEST_CASE("registry verify: each thing that is missing or another is one finding", "[outputs][registry]") {
  Pushed written;
  const auto level = GENERATE(VerifyLevel::standard, VerifyLevel::full);
  FakeRegistry& registry = written.registry;
  const Digest config = written.input.config().digest();

  SECTION("the tag leads to another manifest") {
    registry.replace_manifest("x", "1", {written.input.manifest().media_type, "{}"});
    CHECK(ids(written.writer.verify(level)) == "verify.manifest");
  }
  SECTION("the tag is gone") {
    registry.remove_manifest("x", "1");
    CHECK(ids(written.writer.verify(level)) == "verify.manifest");
  }
  SECTION("the config is gone") {
    registry.remove_blob("x", config);
    CHECK(ids(written.writer.verify(level)) == "verify.config");
  }
  SECTION("a layer is gone") {
    registry.remove_blob("x", written.layer(1));
    const auto results = written.writer.verify(level);
    CHECK(ids(results) == "verify.layer");
    CHECK_THAT(results.findings()[0].subject, contains_text(written.layer(1).str()));
  }
  SECTION("a layer has another size") {
    registry.replace_blob("x", written.layer(0), "short");
    CHECK(ids(written.writer.verify(level)) == "verify.layer");
  }
  SECTION("all is gone") {
    for (const Digest& digest : {config, written.layer(0), written.layer(1)}) registry.remove_blob("x", digest);
    CHECK(ids(written.writer.verify(level)) == "verify.config verify.layer verify.layer");
  }
}

TEST_CASE("registry verify: a flipped bit is found by full", "[outputs][registry]") {
  Pushed written;
  const Digest digest = written.layer(0);
  std::string bytes = written.registry.blob("x", digest).value();
  bytes[100] = static_cast<char>(bytes[100] ^ 1);
  written.registry.replace_blob("x", digest, bytes);

  CHECK(ids(written.writer.verify(VerifyLevel::standard)) == "verify.ok");
  const auto results = written.writer.verify(VerifyLevel::full);

  CHECK(ids(results) == "verify.digest");
  CHECK_THAT(results.findings()[0].subject, contains_text(digest.str()));
}

TEST_CASE("registry verify: a registry that is gone is a warning, and no success", "[outputs][registry]") {
  Pushed written;
  written.registry.stop();

  const auto results = written.writer.verify(VerifyLevel::full);

  CHECK(ids(results) == "verify.unreachable");
  CHECK_FALSE(results.has_errors());
}

TEST_CASE("registry verify: a broken config is found by full", "[outputs][registry]") {
  Pushed written;
  const Digest digest = written.input.config().digest();
  std::string bytes = written.registry.blob("x", digest).value();
  bytes.back() = ' ';
  written.registry.replace_blob("x", digest, bytes);

  CHECK(ids(written.writer.verify(VerifyLevel::full)) == "verify.config");
}
