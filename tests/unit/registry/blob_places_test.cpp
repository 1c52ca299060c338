#include "registry/blob_places.hpp"

#include <atomic>
#include <thread>

#include "support/catch.hpp"

using namespace occy;
using registry::BlobPlaces;

TEST_CASE("blob places: a blob is found in other repositories of its registry", "[registry]") {
  const Digest digest = sha256("blob");
  BlobPlaces places;
  places.note("one.example", "a", digest);
  places.note("two.example", "b", digest);

  CHECK(places.find("one.example", digest, "x") == "a");
  CHECK_FALSE(places.find("one.example", digest, "a"));
  CHECK_FALSE(places.find("one.example", sha256("other"), "x"));
  CHECK_FALSE(places.find("three.example", digest, "x"));
  CHECK(places.knows("one.example", digest));
  CHECK_FALSE(places.knows("three.example", digest));
}

TEST_CASE("blob places: one at a time brings a blob to a registry", "[registry]") {
  const Digest digest = sha256("blob");
  BlobPlaces places;
  auto first = places.announce("one.example", digest);

  CHECK(first != nullptr);
  CHECK(places.announce("one.example", digest) == nullptr);
  CHECK(places.announce("two.example", digest) != nullptr);
  CHECK(places.announce("one.example", sha256("other")) != nullptr);
  first.reset();
  CHECK(places.announce("one.example", digest) != nullptr);
}

TEST_CASE("blob places: who waits, waits for the end of the arrival or for a stop request", "[registry]") {
  const Digest digest = sha256("blob");
  BlobPlaces places;
  auto arrival = places.announce("one.example", digest);
  std::atomic<bool> over = false;

  std::jthread patient([&](const std::stop_token& stop) {
    places.wait("one.example", digest, stop);
    over = true;
  });
  patient.request_stop();
  patient.join();
  CHECK(over);

  std::jthread waiting([&] { places.wait("one.example", digest, {}); });
  arrival.reset();
  waiting.join();
  places.wait("one.example", digest, {});  // nobody brings it: returns at once
}
