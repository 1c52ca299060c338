#include "outputs/store_lock.hpp"

#include <atomic>
#include <optional>
#include <thread>

#include "io/directory.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using namespace occy::test;
using outputs::StoreLock;

TEST_CASE("store lock: who waits gets it when the other is done", "[outputs]") {
  const TempDir directory;
  const io::File store = io::open_directory(directory.path());
  std::optional<StoreLock> first(std::in_place, store, std::stop_token{});
  std::atomic<bool> has_it = false;

  std::thread other([&] {
    const StoreLock second(store, {});
    has_it = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds{50});
  CHECK_FALSE(has_it);
  first.reset();
  other.join();

  CHECK(has_it);
}

TEST_CASE("store lock: a stop request ends the wait", "[outputs]") {
  const TempDir directory;
  const io::File store = io::open_directory(directory.path());
  const StoreLock first(store, {});
  std::stop_source stop;
  stop.request_stop();

  const Error error = error_of([&] { const StoreLock second(store, stop.get_token()); });

  CHECK(error.code() == Errc::cancelled);
  CHECK(error.side() == Side::output);
  CHECK(error.detail().subject == directory.path().string());
}
