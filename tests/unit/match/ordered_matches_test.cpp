#include "match/ordered_matches.hpp"

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>

#include "support/catch.hpp"

using occy::SearchedLayer;
using occy::SearchMatch;
using occy::match::OrderedMatches;

namespace {

struct Log {
  std::vector<std::string> lines;

  occy::OnMatch taker() {
    return [this](const SearchedLayer& layer, const SearchMatch& match) {
      lines.push_back(std::to_string(layer.number) + match.path);
    };
  }
};

SearchMatch match(const std::string& path) { return {.path = path}; }

}  // namespace

TEST_CASE("ordered matches: what is found out of turn waits for its turn", "[match]") {
  Log log;
  OrderedMatches matches(log.taker());
  const auto first = matches.open({});
  const auto second = matches.open({});
  const auto third = matches.open({});

  third->add(match("x"));
  third->finish();
  second->add(match("x"));
  first->add(match("x"));
  CHECK(log.lines == std::vector<std::string>{"0x"});
  first->finish();
  CHECK(log.lines == std::vector<std::string>{"0x", "1x"});
  second->add(match("y"));
  second->finish();

  CHECK(log.lines == std::vector<std::string>{"0x", "1x", "1y", "2x"});
}

TEST_CASE("ordered matches: a thread that is far ahead waits, and memory is bounded", "[match]") {
  Log log;
  OrderedMatches matches(log.taker(), 1);
  const auto first = matches.open({});
  std::atomic<int> added{0};
  {
    const std::jthread ahead([&, second = matches.open({})] {
      for (int i = 0; i < 3; ++i, ++added) second->add(match(std::to_string(i)));
      second->finish();
    });
    while (added == 0) std::this_thread::yield();
    first->add(match("x"));
    CHECK(added == 1);
    first->finish();
  }

  CHECK(log.lines == std::vector<std::string>{"0x", "10", "11", "12"});
}

TEST_CASE("ordered matches: many layers by several threads come out in order", "[match]") {
  Log log;
  OrderedMatches matches(log.taker(), 1000);
  constexpr int kLayers = 40;
  constexpr int kMatches = 50;
  std::mutex mutex;
  int opened = 0;
  const auto work = [&] {
    while (true) {
      std::unique_ptr<OrderedMatches::Layer> layer;
      {
        const std::scoped_lock lock(mutex);
        if (opened++ >= kLayers) return;
        layer = matches.open({});
      }
      for (int i = 0; i < kMatches; ++i) layer->add(match("/" + std::to_string(i)));
      layer->finish();
    }
  };
  {
    const std::jthread a(work);
    const std::jthread b(work);
    const std::jthread c(work);
  }

  std::vector<std::string> expected;
  for (int layer = 0; layer < kLayers; ++layer)
    for (int i = 0; i < kMatches; ++i) expected.push_back(std::to_string(layer) + "/" + std::to_string(i));
  CHECK(log.lines == expected);
}

TEST_CASE("ordered matches: what the callback throws ends it for all layers", "[match]") {
  OrderedMatches matches([](const SearchedLayer&, const SearchMatch&) { throw std::runtime_error("full"); });
  const auto first = matches.open({});
  const auto second = matches.open({});

  second->add(match("x"));
  CHECK_THROWS_WITH(first->add(match("x")), "full");

  CHECK_THROWS_WITH(second->add(match("y")), "full");
  CHECK_THROWS_WITH(second->finish(), "full");
}

TEST_CASE("ordered matches: a layer that is given up passes the word, and a failure on the way is not lost",
          "[match]") {
  int calls = 0;
  OrderedMatches matches([&](const SearchedLayer&, const SearchMatch&) {
    ++calls;
    throw std::runtime_error("full");
  });
  auto first = matches.open({});
  const auto second = matches.open({});
  second->add(match("x"));

  first.reset();

  CHECK(calls == 1);
  CHECK_THROWS_WITH(second->finish(), "full");
}
