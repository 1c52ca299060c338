#include <algorithm>

#include "occy/error.hpp"
#include "outputs/layout_documents.hpp"
#include "registry_scene.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/packed.hpp"
#include "support/test_filter.hpp"
#include "tar/oci_writing.hpp"

using namespace occy;
using namespace occy::test;

namespace {

using Outcome = ProcessReport::Outcome;
using Format = RegistryWriterOptions::Format;
using Digests = RegistryWriterOptions::Digests;

Verdict ages(Entry& entry) {
  entry.mtime.seconds = 77;
  return Verdict::keep;
}

std::string big_layer() { return random_layer(9, 12'000'000); }

}  // namespace

TEST_CASE("registry writer: an image from plain layers is packed, and can be pulled", "[outputs][registry]") {
  const auto compression = GENERATE(Compression::gzip, Compression::zstd, Compression::none);
  const auto jobs = GENERATE(1U, 4U);
  const TestImage image = make_usual_image();
  FakeRegistry registry;
  MemoryInput input(image);

  const auto report = push(registry, input, {.options = {.compression = compression}, .jobs = jobs});

  CHECK(report.outcome() == Outcome::verified);
  CHECK((layers_in(registry, "occy/test", "1") == image.layers));
  const ManifestView manifest = manifest_in(registry, "occy/test", "1");
  CHECK(manifest.media_type == tar::kOciManifestType);
  CHECK(manifest.config_type == tar::kOciConfigType);
  CHECK(manifest.layer_types.front() == tar::layer_media_type(compression));
  CHECK(registry.blob("occy/test", image.config.digest()) == image.config.bytes());
  CHECK(registry.open_uploads() == 0);
}

TEST_CASE("registry writer: the number of jobs changes no byte", "[outputs][registry]") {
  const TestImage image = make_image({big_layer(), random_layer(2, 3'000'000), random_layer(3, 100)});
  FakeRegistry registry;
  for (const unsigned jobs : {1U, 2U, 8U}) {
    MemoryInput input(image);
    push(registry, input, {.name = "jobs/" + std::to_string(jobs) + ":1", .options = {.jobs = jobs}, .jobs = jobs});
  }

  CHECK(registry.manifest("jobs/2", "1")->bytes == registry.manifest("jobs/1", "1")->bytes);
  CHECK(registry.manifest("jobs/8", "1")->bytes == registry.manifest("jobs/1", "1")->bytes);
}

TEST_CASE("registry writer: what is stored goes out as it is, manifest included", "[outputs][registry]") {
  const auto compression = GENERATE(Compression::gzip, Compression::none);
  const auto kind = GENERATE(ManifestKind::oci, ManifestKind::docker);
  FakeRegistry registry;
  StoredInput input(make_usual_image(), compression, kind);

  const auto report = push(registry, input, {.options = {.digests = Digests::require}});

  CHECK(report.outcome() == Outcome::verified);
  CHECK(registry.manifest("occy/test", "1")->bytes == input.manifest().bytes);
  CHECK(registry.manifest("occy/test", "1")->media_type == input.manifest().media_type);
}

TEST_CASE("registry writer: an image that is there already costs questions only", "[outputs][registry]") {
  FakeRegistry registry;
  StoredInput first(make_usual_image(), Compression::gzip);
  StoredInput second(make_usual_image(), Compression::gzip);
  push(registry, first);
  registry.forget_requests();

  const auto report = push(registry, second, {.verify = VerifyLevel::standard});

  CHECK(report.outcome() == Outcome::verified);
  CHECK(registry.count("PUT") == 0);
  CHECK(registry.count("POST") == 0);
  for (const LayerReport& layer : report.layers) CHECK(layer.action == LayerReport::Action::already_there);
}

TEST_CASE("registry writer: blobs of another repository are mounted, once the session knows them",
          "[outputs][registry]") {
  FakeRegistry registry;
  const RegistrySession session = quick_session();
  StoredInput first(make_image({random_layer(1, 5'000), random_layer(2, 5'000)}), Compression::gzip);
  StoredInput second(make_image({random_layer(1, 5'000), random_layer(2, 5'000)}), Compression::gzip);
  push(registry, first, {.name = "a/one:1"}, session);
  registry.forget_requests();

  const auto report = push(registry, second, {.name = "b/two:1"}, session);

  CHECK(report.outcome() == Outcome::verified);
  CHECK(registry.count("POST /v2/b/two/blobs/uploads/") == 3);  // two layers, one config
  CHECK(registry.count("PATCH") == 0);
  CHECK(registry.count("PUT /v2/b/two/blobs") == 0);
  CHECK(registry.manifest("b/two", "1")->bytes == first.manifest().bytes);
}

TEST_CASE("registry writer: a filter's layers are packed, the others keep their blobs and the kind of manifest",
          "[outputs][registry]") {
  const auto kind = GENERATE(ManifestKind::oci, ManifestKind::docker);
  const TestImage image = make_image({make_tar({{.name = "a", .content = "1"}}), make_tar({{.name = "b"}})});
  FakeRegistry registry;
  StoredInput input(image, Compression::gzip, kind);
  TestFilter filter(FilterDepth::edit, ages);
  filter.wants = [](const LayerInfo& layer) { return layer.index == 0U; };

  const auto report = push(registry, input, {.filters = {&filter}});

  CHECK(report.outcome() == Outcome::verified);
  const ManifestView manifest = manifest_in(registry, "occy/test", "1");
  CHECK(manifest.media_type == input.manifest().media_type);
  CHECK(manifest.layers.at(1) == sha256(pack(image.layers[1], Compression::gzip)));
  CHECK(layers_in(registry, "occy/test", "1").at(0) != image.layers[0]);
  CHECK(registry.open_uploads() == 0);
}

TEST_CASE("registry writer: the format that is asked for is written", "[outputs][registry]") {
  FakeRegistry registry;
  StoredInput docker(make_usual_image(), Compression::gzip, ManifestKind::docker);
  StoredInput oci(make_usual_image(), Compression::gzip, ManifestKind::oci);

  push(registry, docker, {.name = "x:oci", .options = {.format = Format::oci}});
  push(registry, oci, {.name = "x:docker", .options = {.format = Format::docker}});

  CHECK(manifest_in(registry, "x", "oci").media_type == tar::kOciManifestType);
  CHECK(manifest_in(registry, "x", "oci").layer_types.front() == "application/vnd.oci.image.layer.v1.tar+gzip");
  const ManifestView manifest = manifest_in(registry, "x", "docker");
  CHECK(manifest.media_type == tar::kDockerManifestType);
  CHECK(manifest.config_type == tar::kDockerConfigType);
  CHECK(manifest.layer_types.front() == "application/vnd.docker.image.rootfs.diff.tar.gzip");
}

TEST_CASE("registry writer: schema 2 cannot say zstd", "[outputs][registry]") {
  const TestImage image = make_image({random_layer(1, 100)});
  FakeRegistry registry;
  MemoryInput plain(image);
  StoredInput packed(image, Compression::zstd);
  StoredInput docker(image, Compression::none, ManifestKind::docker);
  TestFilter filter(FilterDepth::edit, ages);

  const Error asked = error_of(
      [&] { push(registry, plain, {.options = {.compression = Compression::zstd, .format = Format::docker}}); });
  const Error stored = error_of([&] { push(registry, packed, {.options = {.format = Format::docker}}); });
  push(registry, docker, {.name = "x:1", .options = {.compression = Compression::zstd}, .filters = {&filter}});

  for (const Error& error : {asked, stored}) {
    CHECK(error.code() == Errc::unsupported);
    CHECK(error.side() == Side::output);
    CHECK(error.detail().hint == "use format=oci");
  }
  CHECK_FALSE(registry.manifest("occy/test", "1"));
  CHECK(manifest_in(registry, "x", "1").media_type == tar::kOciManifestType);
}

TEST_CASE("registry writer: digests that must be kept and cannot be are an error before the tag moves",
          "[outputs][registry]") {
  const RegistryWriterOptions options{.digests = Digests::require};
  const TestImage image = make_image({make_tar({{.name = "a"}})});
  FakeRegistry registry;
  MemoryInput without_manifest(image);
  StoredInput other_format(image, Compression::gzip);
  StoredInput filtered(image, Compression::gzip);
  TestFilter filter(FilterDepth::edit, ages);

  for (const Error& error : {error_of([&] { push(registry, without_manifest, {.options = options}); }), error_of([&] {
                               push(registry, other_format,
                                    {.options = {.format = Format::docker, .digests = Digests::require}});
                             }),
                             error_of([&] { push(registry, filtered, {.options = options, .filters = {&filter}}); })}) {
    CHECK(error.code() == Errc::digest_mismatch);
    CHECK(error.side() == Side::output);
  }
  CHECK_FALSE(registry.manifest("occy/test", "1"));
}

TEST_CASE("registry writer: a digest is a name that only its own image can be given", "[outputs][registry]") {
  const TestImage image = make_image({random_layer(1, 1'000)});
  FakeRegistry registry;
  StoredInput own(image, Compression::gzip);
  StoredInput other(make_image({random_layer(2, 1'000)}), Compression::gzip);
  const std::string digest = own.manifest().digest.str();

  const Error refused = error_of([&] { push(registry, other, {.name = "x@" + digest}); });
  const Error late = error_of([&] { push(registry, other, {.name = "x:1@" + digest}); });
  const auto report = push(registry, own, {.name = "x@" + digest});

  CHECK(refused.code() == Errc::digest_mismatch);
  CHECK(refused.detail().expected == digest);
  CHECK(late.code() == Errc::digest_mismatch);
  CHECK_FALSE(registry.manifest("x", "1"));
  CHECK(report.outcome() == Outcome::verified);
  CHECK(registry.manifest("x", digest)->bytes == own.manifest().bytes);
}

TEST_CASE("registry writer: an image that was not finished leaves neither name nor upload", "[outputs][registry]") {
  FakeRegistry registry;
  MemoryInput input(make_image({big_layer(), random_layer(1, 100)}),
                    {.faults = {{0, Fault::failing}}, .failing_block = 180});

  const Error error = error_of([&] { push(registry, input); });

  CHECK(error.side() == Side::input);
  CHECK(registry.open_uploads() == 0);
  CHECK_FALSE(registry.manifest("occy/test", "1"));
  CHECK(registry.count("PUT /v2/occy/test/manifests") == 0);
}

TEST_CASE("registry writer: a registry that cannot be reached is an error before a layer is read",
          "[outputs][registry]") {
  FakeRegistry registry;
  registry.stop();
  StoredInput input(make_usual_image(), Compression::gzip);
  MemoryInput stream(make_usual_image(), {.knowledge = Knowledge::nothing});

  CHECK(error_of([&] { push(registry, input); }).code() == Errc::unreachable);
  CHECK(error_of([&] { push(registry, stream); }).code() == Errc::unreachable);
  CHECK(input.opened == 0);
}
