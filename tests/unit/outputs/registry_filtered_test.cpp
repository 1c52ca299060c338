// Packed layers that filters may change, on their way into a registry: each goes up once.
#include <numeric>

#include "registry_scene.hpp"
#include "support/catch.hpp"
#include "support/packed.hpp"
#include "support/test_filter.hpp"

using namespace occy;
using namespace occy::test;

namespace {

TestImage large_image() {
  return make_image({make_tar({{.name = "first", .content = "1"},
                               {.name = "large", .content = random_bytes(9, std::size_t{8} << 20U)},
                               {.name = "last", .content = "2"}})});
}

TestFilter::Visit ages(const std::string& path) {
  return [=](Entry& entry) {
    if (entry.path == path) entry.mtime.seconds = 77;
    return Verdict::keep;
  };
}

std::size_t bytes_sent(FakeRegistry& registry) {
  const auto requests = registry.requests();
  return std::accumulate(requests.begin(), requests.end(), std::size_t{0},
                         [](std::size_t sum, const ServedRequest& request) { return sum + request.body.size(); });
}

/// The layer as it is when it does not come packed: there is nothing to choose then.
Digest layer_of_plain_source(const std::string& changed) {
  FakeRegistry registry;
  StoredInput input(large_image(), Compression::none);
  TestFilter filter(FilterDepth::edit, ages(changed));
  push(registry, input, {.filters = {&filter}});
  return manifest_in(registry, "occy/test", "1").layers.front();
}

}  // namespace

TEST_CASE("registry writer: a large layer that filters leave alone is sent once, as it is", "[outputs][registry]") {
  const auto jobs = GENERATE(1U, 4U);
  const TestImage image = large_image();
  const std::string blob = gzip(image.layers.front());
  FakeRegistry registry;
  StoredInput input(image, Compression::gzip);
  TestFilter filter(FilterDepth::edit, ages("none of them"));

  const auto report = push(registry, input, {.filters = {&filter}, .jobs = jobs});

  CHECK(report.outcome() == ProcessReport::Outcome::verified);
  CHECK(manifest_in(registry, "occy/test", "1").layers == std::vector{sha256(blob)});
  CHECK(bytes_sent(registry) < blob.size() + 10'000);
  CHECK(registry.count("PATCH") == 1);
  CHECK(registry.count("DELETE") == 0);
  CHECK(filter.finished_layers == 1);
}

TEST_CASE("registry writer: one that a filter changes early is sent once, packed anew", "[outputs][registry]") {
  FakeRegistry registry;
  StoredInput input(large_image(), Compression::gzip);
  TestFilter filter(FilterDepth::edit, ages("first"));

  push(registry, input, {.filters = {&filter}});

  CHECK(manifest_in(registry, "occy/test", "1").layers == std::vector{layer_of_plain_source("first")});
  CHECK(registry.count("PATCH") == 1);
  CHECK(registry.count("DELETE") == 0);
}

TEST_CASE("registry writer: one that a filter changes late is read again", "[outputs][registry]") {
  const auto jobs = GENERATE(1U, 4U);
  FakeRegistry registry;
  StoredInput input(large_image(), Compression::gzip);
  TestFilter filter(FilterDepth::edit, ages("last"));

  const auto report = push(registry, input, {.filters = {&filter}, .jobs = jobs});

  CHECK(report.outcome() == ProcessReport::Outcome::verified);
  CHECK(manifest_in(registry, "occy/test", "1").layers == std::vector{layer_of_plain_source("last")});
  CHECK(report.layers.front().action == LayerReport::Action::filtered);
  CHECK(filter.finished_layers == 1);
  CHECK(filter.entries == 6);
  CHECK(registry.open_uploads() == 0);
}
