#include "tree/directory_ledger.hpp"

#include "support/catch.hpp"
#include "support/error_of.hpp"

using namespace occy;

// One path of 4 KiB in a layer implies two thousand directories.
TEST_CASE("directory ledger: more than any image has is refused", "[tree]") {
  tree::DirectoryLedger ledger;
  const std::string long_name(4000, 'a');

  const Error error = test::error_of([&] {
    for (std::size_t number = 0; number < 10'000; ++number) ledger.keep(std::to_string(number) + long_name, {});
  });

  CHECK(error.code() == Errc::limit);
  CHECK(error.side() == Side::input);
  CHECK(error.detail().expected == "up to 500000, with paths of up to 32 MiB");
}

TEST_CASE("directory ledger: what is gone, or kept again, takes no room", "[tree]") {
  tree::DirectoryLedger ledger;
  const std::string long_name(4000, 'a');

  for (std::size_t number = 0; number < 10'000; ++number) {
    ledger.keep(long_name, {.mode = 0700});
    ledger.keep(long_name, {.mode = 0755});
    CHECK(ledger.find(long_name)->mode == 0755);
    if (number % 2 == 0) ledger.forget(long_name);
  }
}
