// Every call of an input and of an output breaks once: the job ends with that failure, and nothing is published.
#include "occy/check.hpp"
#include "occy/error.hpp"
#include "occy/process.hpp"
#include "support/catch.hpp"
#include "support/failing_input.hpp"
#include "support/memory_input.hpp"
#include "support/memory_output.hpp"

namespace occy::test {
namespace {

// More calls than any job here makes; a loop that gets there hangs on something.
constexpr std::size_t kMostCalls = 10'000;

// Calls `attempt` with every call broken in turn until none is left to break; returns how many broke.
template <class Attempt>
std::size_t break_every_call(Side side, Attempt attempt) {
  for (std::size_t broken = 0; broken < kMostCalls; ++broken) {
    const FailingCalls calls(broken, side);
    attempt(calls);
    if (!calls.failed()) return broken;
  }
  return kMostCalls;
}

MemoryInputOptions small_blocks(Knowledge knowledge) { return {.knowledge = knowledge, .block_size = 65'536}; }

}  // namespace

TEST_CASE("process: whichever call of the output fails, its error is thrown", "[flow][failures]") {
  const auto jobs = GENERATE(1U, 4U);
  const auto knowledge = GENERATE(Knowledge::everything, Knowledge::nothing);

  const std::size_t calls = break_every_call(Side::output, [&](const FailingCalls& failing) {
    MemoryInput input(make_usual_image(), small_blocks(knowledge));
    MemoryOutput output(failing);
    try {
      (void)process(input, output, {.jobs = jobs});
      CHECK_FALSE(failing.failed());
      CHECK(output.finalized);
    } catch (const Error& error) {
      CHECK(error.code() == Errc::io);
      CHECK(error.side() == Side::output);
      CHECK_FALSE(output.finalized);
    }
  });

  CHECK(calls > 20);
  CHECK(calls < kMostCalls);
}

TEST_CASE("process: whichever call of the input fails, its error is thrown and nothing is published",
          "[flow][failures]") {
  const auto jobs = GENERATE(1U, 4U);
  const auto compression = GENERATE(Compression::none, Compression::gzip, Compression::zstd);

  const std::size_t calls = break_every_call(Side::input, [&](const FailingCalls& failing) {
    MemoryInput whole(make_usual_image(), {.compression = compression});
    FailingInput input(whole, failing);
    MemoryOutput output;
    try {
      (void)process(input, output, {.jobs = jobs});
      CHECK_FALSE(failing.failed());
    } catch (const Error& error) {
      CHECK(error.code() == Errc::io);
      CHECK(error.side() == Side::input);
      CHECK_FALSE(output.finalized);
    }
  });

  CHECK(calls > 10);
  CHECK(calls < kMostCalls);
}

TEST_CASE("check: whichever call fails for a reason that is not the image's, the error is thrown", "[flow][failures]") {
  const auto jobs = GENERATE(1U, 4U);

  const std::size_t calls = break_every_call(Side::input, [&](const FailingCalls& failing) {
    MemoryInput whole(make_usual_image());
    FailingInput input(whole, failing);
    try {
      (void)check(input, {.jobs = jobs});
      CHECK_FALSE(failing.failed());
    } catch (const Error& error) {
      CHECK(error.code() == Errc::io);
    }
  });

  CHECK(calls > 10);
  CHECK(calls < kMostCalls);
}

}  // namespace occy::test
