#include "occy/error.hpp"
#include "occy/filters/exclude.hpp"
#include "registry_scene.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using namespace occy::test;

namespace {

TestImage cached_image() {
  return make_image({make_tar({{.name = "one", .content = random_bytes(1, 200'000)}, {.name = "x"}}),
                     make_tar({{.name = "two", .content = random_bytes(2, 200'000)}})});
}

/// Layers fail when they are read.
MemoryInput unreadable(const TestImage& image, Compression compression = Compression::none) {
  return MemoryInput(image, {.compression = compression, .faults = {{0, Fault::failing}, {1, Fault::failing}}});
}

}  // namespace

TEST_CASE("registry writer with a layer cache: plain layers are packed and sent once", "[outputs][registry]") {
  const TempDir directory;
  FakeRegistry registry;
  const Push how{.options = {.layer_cache = directory / "cache.json"}};
  MemoryInput first(cached_image());
  push(registry, first, how);
  const auto written = registry.manifest("occy/test", "1");
  registry.forget_requests();
  MemoryInput second = unreadable(cached_image());

  const auto report = push(registry, second, how);

  CHECK(report.outcome() == ProcessReport::Outcome::verified);
  CHECK(registry.manifest("occy/test", "1")->bytes == written->bytes);
  CHECK(registry.count("POST") + registry.count("PUT") + registry.count("PATCH") == 0);
}

TEST_CASE("registry writer with a layer cache: filtered layers are neither read nor sent again",
          "[outputs][registry]") {
  const TempDir directory;
  FakeRegistry registry;
  ExcludeFilter filter({"x"});
  const Push how{.options = {.layer_cache = directory / "cache.json"}, .filters = {&filter}};
  const auto compression = GENERATE(Compression::none, Compression::gzip);
  MemoryInput first(cached_image(), {.compression = compression});
  push(registry, first, how);
  const auto written = registry.manifest("occy/test", "1");
  MemoryInput second = unreadable(cached_image(), compression);
  registry.forget_requests();

  const auto report = push(registry, second, how);

  CHECK(report.outcome() == ProcessReport::Outcome::verified);
  CHECK(registry.manifest("occy/test", "1")->bytes == written->bytes);
  CHECK(registry.count("PATCH") + registry.count("POST") == 0);
  for (const LayerReport& layer : report.layers) CHECK(layer.action == LayerReport::Action::already_there);
}

TEST_CASE("registry writer with a layer cache: an entry counts only where the registry has the blob",
          "[outputs][registry]") {
  const TempDir directory;
  FakeRegistry registry;
  FakeRegistry other;
  const Push how{.options = {.layer_cache = directory / "cache.json"}};
  MemoryInput first(cached_image());
  push(registry, first, how);
  const Digest layer = manifest_in(registry, "occy/test", "1").layers[0];
  MemoryInput again(cached_image());
  MemoryInput elsewhere(cached_image());

  SECTION("gone") { registry.remove_blob("occy/test", layer); }
  SECTION("of another size") { registry.replace_blob("occy/test", layer, "short"); }

  CHECK(push(registry, again, how).outcome() == ProcessReport::Outcome::verified);
  CHECK(push(other, elsewhere, how).outcome() == ProcessReport::Outcome::verified);
}

TEST_CASE("registry writer with a layer cache: another compression is another outcome", "[outputs][registry]") {
  const TempDir directory;
  FakeRegistry registry;
  MemoryInput first(cached_image());
  MemoryInput second(cached_image());
  push(registry, first, {.options = {.layer_cache = directory / "cache.json"}});

  push(registry, second,
       {.name = "x:2", .options = {.compression = Compression::zstd, .layer_cache = directory / "cache.json"}});

  CHECK(manifest_in(registry, "x", "2").layer_types[0] == "application/vnd.oci.image.layer.v1.tar+zstd");
}

TEST_CASE("registry writer with a layer cache: a broken file is an error before anything is sent",
          "[outputs][registry]") {
  const TempDir directory;
  write_file(directory / "cache.json", "not a cache");
  FakeRegistry registry;
  MemoryInput input(cached_image());

  const Error error = error_of([&] { push(registry, input, {.options = {.layer_cache = directory / "cache.json"}}); });

  CHECK(error.code() == Errc::bad_document);
  CHECK(error.detail().subject == (directory / "cache.json").string());
  CHECK(registry.count("POST") == 0);
}
