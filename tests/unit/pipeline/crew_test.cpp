#include "pipeline/crew.hpp"

#include <atomic>
#include <latch>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

#include "support/catch.hpp"

namespace occy::pipeline {

TEST_CASE("crew: neither side gets more workers than it allows, and there is always one", "[pipeline]") {
  CHECK(crew_size(8, 3, 5) == 3);
  CHECK(crew_size(8, 5, 3) == 3);
  CHECK(crew_size(2, 5, 5) == 2);
  CHECK(crew_size(1, 0, 0) == 1);
  CHECK(crew_size(0, 100, 100) >= 1);
  CHECK(crew_size(0, 100, 100) <= 4);
}

TEST_CASE("crew: one worker is the caller's thread", "[pipeline]") {
  std::thread::id worker;

  run_crew(1, {}, [&](const std::stop_token&) { worker = std::this_thread::get_id(); });

  CHECK(worker == std::this_thread::get_id());
}

TEST_CASE("crew: several workers work at once", "[pipeline]") {
  std::latch all_there(3);
  std::mutex mutex;
  std::set<std::thread::id> workers;

  run_crew(3, {}, [&](const std::stop_token&) {
    all_there.arrive_and_wait();
    const std::scoped_lock lock(mutex);
    workers.insert(std::this_thread::get_id());
  });

  CHECK(workers.size() == 3);
}

TEST_CASE("crew: a worker's exception stops the others and is thrown again", "[pipeline]") {
  std::atomic<int> stopped = 0;
  std::atomic<bool> thrown = false;

  const auto work = [&](const std::stop_token& stop) {
    if (!thrown.exchange(true)) throw std::runtime_error("first");
    while (!stop.stop_requested()) std::this_thread::yield();
    ++stopped;
    throw std::runtime_error("later");
  };

  CHECK_THROWS_WITH(run_crew(3, {}, work), "first");
  CHECK(stopped == 2);
}

TEST_CASE("crew: the caller's stop request reaches every worker", "[pipeline]") {
  std::stop_source stop;
  std::latch all_there(2);

  run_crew(2, stop.get_token(), [&](const std::stop_token& token) {
    all_there.arrive_and_wait();
    stop.request_stop();
    while (!token.stop_requested()) std::this_thread::yield();
  });

  SUCCEED("both workers came to their end");
}

}  // namespace occy::pipeline
