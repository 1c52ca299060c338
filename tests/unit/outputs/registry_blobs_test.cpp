// Whole indexes, into a registry and out of it.
#include <future>

#include "occy/index_copy.hpp"
#include "occy/inputs/registry_blobs.hpp"
#include "occy/outputs/registry_blobs.hpp"
#include "outputs/registry_blobs.hpp"
#include "registry_scene.hpp"
#include "support/blob_store.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temp_dir.hpp"
#include "support/test_certificates.hpp"

using namespace occy;
using namespace occy::test;

namespace {

IndexCopyReport push_index(const FakeRegistry& registry, const UsualIndex& source, const RegistrySession& session,
                           const std::string& name = "team/app:1", const IndexCopyOptions& options = {}) {
  MemoryBlobInput input(source.store, source.root);
  RegistryBlobOutput output(registry.place(name), session);
  return copy_index(input, output, options);
}

CheckResults verified_after_push(const std::function<void(FakeRegistry&, const UsualIndex&)>& spoil,
                                 VerifyLevel level) {
  FakeRegistry registry;
  const UsualIndex source;
  MemoryBlobInput input(source.store, source.root);
  RegistryBlobOutput output(registry.place("team/app:1"), quick_session());
  (void)copy_index(input, output, {.verify = std::nullopt});
  spoil(registry, source);
  return output.verify(level);
}

Digest some_layer(const UsualIndex& source) {
  for (const auto& [digest, bytes] : source.store.blobs)
    if (bytes.size() > 2000) return digest;
  FAIL("no layer");
  return Digest(Digest::Bytes{});
}

}  // namespace

TEST_CASE("registry blobs: an index goes into a registry and out of it with every digest", "[outputs][registry]") {
  FakeRegistry registry;
  const UsualIndex source;

  const auto report = push_index(registry, source, quick_session(), "team/app:1", {.verify = VerifyLevel::full});

  CHECK(report.outcome() == ProcessReport::Outcome::verified);
  CHECK(report.verification->find("verify.ok")->message == "all 5 manifests and 9 blobs verified");
  CHECK(registry.manifest("team/app", "1")->bytes == source.store.blobs.at(source.root.digest));
  RegistryBlobInput input(registry.place("team/app:1"), quick_session());
  MemoryBlobOutput back;
  (void)copy_index(input, back);
  CHECK(back.store.blobs == source.store.blobs);
  CHECK(back.root->digest == source.root.digest);
  REQUIRE(input.references().size() == 1);
  CHECK(input.references().front().tag == "1");
}

TEST_CASE("registry blobs: what is there is not sent again", "[outputs][registry]") {
  FakeRegistry registry;
  const UsualIndex source;
  (void)push_index(registry, source, quick_session());
  registry.forget_requests();

  const auto report = push_index(registry, source, quick_session());

  CHECK(report.blobs == 0);
  CHECK(report.known_blobs == 9);
  CHECK(registry.count("POST ") + registry.count("PUT ") + registry.count("PATCH ") == 0);
}

TEST_CASE("registry blobs: within one registry blobs are mounted", "[outputs][registry]") {
  FakeRegistry registry;
  const UsualIndex source;
  (void)push_index(registry, source, quick_session());
  const RegistrySession session = quick_session();
  RegistryBlobInput input(registry.place("team/app:1"), session);
  RegistryBlobOutput output(registry.place("other/app:2"), session);
  registry.forget_requests();

  const auto report = copy_index(input, output);

  CHECK(report.outcome() == ProcessReport::Outcome::verified);
  CHECK(report.blobs == 0);
  CHECK(registry.count("PATCH ") == 0);
  CHECK(registry.count("GET /v2/team/app/blobs/") == 0);
  CHECK(registry.manifest("other/app", "2")->bytes == source.store.blobs.at(source.root.digest));
}

TEST_CASE("registry blobs: two indexes at once send what they share once", "[outputs][registry]") {
  FakeRegistry registry;
  const UsualIndex source;
  const RegistrySession session = quick_session();

  auto first = std::async(std::launch::async, [&] { return push_index(registry, source, session, "a/one:1"); });
  const auto second = push_index(registry, source, session, "b/two:1");

  CHECK(first.get().blobs + second.blobs == 9);
  CHECK(registry.manifest("b/two", "1").has_value());
}

TEST_CASE("registry blobs: a blob that was put twice is verified and counted once", "[outputs][registry]") {
  FakeRegistry registry;
  const UsualIndex source;
  MemoryBlobInput input(source.store, source.root);
  input.interrupted = some_layer(source);
  RegistryBlobOutput output(registry.place("team/app:1"), quick_session());

  const auto report = copy_index(input, output, {.verify = VerifyLevel::full});

  CHECK(report.verification->find("verify.ok")->message == "all 5 manifests and 9 blobs verified");
}

TEST_CASE("registry blobs: others wait for a blob that is put again after an interruption", "[outputs][registry]") {
  FakeRegistry registry;
  const UsualIndex source;
  const RegistrySession session = quick_session();
  const Digest digest = some_layer(source);
  const Descriptor blob{.media_type = {}, .digest = digest, .size = source.store.blobs.at(digest).size()};
  const outputs::RegistryBlobs others(session, registry.place("b/two:1"));
  RegistryBlobOutput output(registry.place("a/one:1"), session);
  output.begin({}, {blob});

  REQUIRE_FALSE(output.has_blob(blob));
  output.put_blob(blob).reset();
  auto again = output.put_blob(blob);
  CHECK(others.announce(digest) == nullptr);

  again.reset();
  CHECK(others.announce(digest) != nullptr);
}

TEST_CASE("registry blobs: a blob that breaks its promise leaves the name as it was", "[outputs][registry]") {
  FakeRegistry registry;
  UsualIndex source;
  source.store.blobs.at(some_layer(source))[5] ^= 1;

  const Error error = error_of([&] { (void)push_index(registry, source, quick_session()); });

  CHECK(error.code() == Errc::digest_mismatch);
  CHECK_FALSE(registry.manifest("team/app", "1").has_value());
  CHECK(registry.open_uploads() == 0);
}

TEST_CASE("registry blobs: a digest is a name only for the index that has it", "[outputs][registry]") {
  FakeRegistry registry;
  const UsualIndex source;

  const auto report = push_index(registry, source, quick_session(), "team/app@" + source.root.digest.str());
  CHECK(report.outcome() == ProcessReport::Outcome::verified);

  const std::string other = "team/app@" + sha256("another").str();
  const Error error = error_of([&] { (void)push_index(registry, source, quick_session(), other); });
  CHECK(error.code() == Errc::digest_mismatch);
}

TEST_CASE("registry blobs: what is not there as it was written is found, by name", "[outputs][registry]") {
  const auto lose_blob = [](FakeRegistry& registry, const UsualIndex& source) {
    registry.remove_blob("team/app", some_layer(source));
  };
  const auto flip = [](FakeRegistry& registry, const UsualIndex& source) {
    std::string bytes = source.store.blobs.at(some_layer(source));
    bytes[9] ^= 1;
    registry.replace_blob("team/app", some_layer(source), bytes);
  };
  const auto move_tag = [](FakeRegistry& registry, const UsualIndex&) {
    registry.replace_manifest(
        "team/app", "1",
        {.media_type = "application/vnd.oci.image.index.v1+json", .bytes = R"({"schemaVersion":2,"manifests":[]})"});
  };
  const UsualIndex source;

  const CheckResults lost = verified_after_push(lose_blob, VerifyLevel::standard);
  REQUIRE(lost.find("verify.layer") != nullptr);
  CHECK_THAT(lost.find("verify.layer")->subject, contains_text(some_layer(source).str()));
  CHECK_FALSE(verified_after_push(flip, VerifyLevel::standard).has_errors());
  CHECK(verified_after_push(flip, VerifyLevel::full).find("verify.digest") != nullptr);
  CHECK(verified_after_push(move_tag, VerifyLevel::standard).find("verify.manifest") != nullptr);
}

TEST_CASE("registry blobs: without the certificates of before, nothing can be asked", "[outputs][registry]") {
  const TempDir directory;
  const TestAuthority authority(directory.path(), "test");
  const RegistrySession session(
      {.transport = RegistryTransport::plain, .tls = {.authorities = authority.certificate()}});
  FakeRegistry registry;
  const UsualIndex source;
  MemoryBlobInput input(source.store, source.root);
  RegistryBlobOutput output(registry.place("team/app:1"), session);
  (void)copy_index(input, output, {.verify = std::nullopt});
  std::filesystem::remove(authority.certificate());

  const CheckResults results = output.verify(VerifyLevel::standard);

  CHECK(results.find("verify.unreachable") != nullptr);
  CHECK(results.find("verify.ok") == nullptr);
}

TEST_CASE("registry blobs: a registry that is gone was not asked, and that is no proof", "[outputs][registry]") {
  const auto gone = [](FakeRegistry& registry, const UsualIndex&) { registry.stop(); };

  const CheckResults results = verified_after_push(gone, VerifyLevel::full);

  CHECK_FALSE(results.has_errors());
  CHECK(results.warning_count() == 1);
  CHECK(results.find("verify.unreachable") != nullptr);
}
