// Two images of one session that share a layer, at the same time.
#include <future>
#include <mutex>

#include "occy/error.hpp"
#include "occy/inputs/registry.hpp"
#include "registry_scene.hpp"
#include "support/catch.hpp"

using namespace occy;
using namespace occy::test;

namespace {

TestImage image_with(std::uint32_t seed) { return make_image({random_layer(99, 9'000'000), random_layer(seed, 500)}); }

/// Holds every upload to "a/one" until the registry was asked for the shared layer in "b/two", and for the rest of that
/// image.
class Gate {
 public:
  explicit Gate(const Digest& shared) : awaited_(" /v2/b/two/blobs/" + shared.str() + " ") {}

  std::optional<ServedReply> see(const ServedRequest& request) {
    std::unique_lock lock(mutex_);
    if (request.line.find(awaited_) != std::string::npos) {
      open_ = true;
      changed_.notify_all();
    }
    if (request.line.find(" /v2/a/one/blobs/uploads/") != std::string::npos && !request.line.starts_with("POST"))
      changed_.wait(lock, [this] { return open_; });
    return std::nullopt;
  }

 private:
  std::string awaited_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

}  // namespace

TEST_CASE("registry writer: a layer that another image brings is not sent a second time", "[outputs][registry]") {
  StoredInput one(image_with(1), Compression::gzip);
  StoredInput two(image_with(2), Compression::gzip);
  const Digest shared = (*two.describe().layers)[0].stored->digest;
  Gate gate(shared);
  FakeRegistry registry([&](const ServedRequest& request) { return gate.see(request); });
  const RegistrySession session = quick_session();

  auto first = std::async(std::launch::async, [&] { return push(registry, one, {.name = "a/one:1"}, session); });
  while (registry.count("POST /v2/a/one/blobs/uploads/") == 0) std::this_thread::yield();
  const auto second = push(registry, two, {.name = "b/two:1", .jobs = GENERATE(1U, 4U)}, session);

  CHECK(first.get().outcome() == ProcessReport::Outcome::verified);
  CHECK(second.outcome() == ProcessReport::Outcome::verified);
  CHECK(second.layers[0].action == LayerReport::Action::already_there);
  CHECK(registry.count("PATCH /v2/b/two/") == 0);
  CHECK(registry.blob("b/two", shared).has_value());
}

TEST_CASE("registry writer: a copy within one registry mounts every blob", "[outputs][registry]") {
  const RegistryWriterOptions options{.digests = RegistryWriterOptions::Digests::require};
  StoredInput image(image_with(1), Compression::gzip);
  FakeRegistry registry;
  push(registry, image, {.name = "a/one:1"});
  registry.forget_requests();
  const RegistrySession session = quick_session();
  RegistryInput input(registry.place("a/one:1"), session);

  const auto report =
      push(registry, input, {.name = "b/two:1", .options = options, .verify = VerifyLevel::standard}, session);

  CHECK(report.outcome() == ProcessReport::Outcome::verified);
  CHECK(registry.manifest("b/two", "1")->bytes == image.manifest().bytes);
  CHECK(registry.count("GET /v2/a/one/blobs/") == 1);  // the config
  CHECK(registry.count("PATCH") + registry.count("PUT /v2/b/two/blobs/") == 0);
}

TEST_CASE("registry writer: a layer that another image failed to bring is sent after all", "[outputs][registry]") {
  StoredInput one(image_with(1), Compression::gzip);
  StoredInput two(image_with(2), Compression::gzip);
  const Digest shared = (*two.describe().layers)[0].stored->digest;
  Gate gate(shared);
  FakeRegistry registry([&](const ServedRequest& request) -> std::optional<ServedReply> {
    gate.see(request);
    if (request.line.starts_with("PATCH /v2/a/one/blobs/uploads/")) return ServedReply{.bytes = make_answer(403)};
    return std::nullopt;
  });
  const RegistrySession session = quick_session();

  auto first = std::async(std::launch::async, [&] { return push(registry, one, {.name = "a/one:1"}, session); });
  while (registry.count("POST /v2/a/one/blobs/uploads/") == 0) std::this_thread::yield();
  const auto second = push(registry, two, {.name = "b/two:1"}, session);

  CHECK_THROWS_AS(first.get(), Error);
  CHECK(second.outcome() == ProcessReport::Outcome::verified);
  CHECK(second.layers[0].action == LayerReport::Action::written);
}
