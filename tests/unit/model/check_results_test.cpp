#include "occy/check_results.hpp"

#include "support/catch.hpp"

using occy::CheckResults;
using occy::Severity;

TEST_CASE("check results: findings keep their order and are counted by severity", "[model]") {
  CheckResults results;
  results.info("a", "s", "m");
  results.error("b", "s", "m");
  results.warning("c", "s", "m");

  REQUIRE(results.findings().size() == 3);
  CHECK(results.findings()[1].check == "b");
  CHECK(results.findings()[1].severity == Severity::error);
  CHECK(results.has_errors());
  CHECK(results.error_count() == 1);
  CHECK(results.warning_count() == 1);
}

TEST_CASE("check results: a finding is found by its id", "[model]") {
  CheckResults results;
  results.warning("verify.unreachable", "docker", "gone");

  REQUIRE(results.find("verify.unreachable") != nullptr);
  CHECK(results.find("verify.unreachable")->subject == "docker");
  CHECK(results.find("verify.ok") == nullptr);
}

TEST_CASE("check results: findings over the cap are counted, errors among them too", "[model]") {
  CheckResults results(2);
  for (int i = 0; i < 5; ++i) results.error("e", "s", "m");

  CHECK(results.findings().size() == 2);
  CHECK(results.dropped_count() == 3);
  CHECK(results.error_count() == 5);
}

TEST_CASE("check results: a merge appends findings up to the cap and adds every count", "[model]") {
  CheckResults first(3);
  first.error("a", "s", "m");
  first.error("a", "s", "m");
  CheckResults second(2);
  for (int i = 0; i < 4; ++i) second.warning("b", "s", "m");

  first.merge(std::move(second));

  CHECK(first.findings().size() == 3);
  CHECK(first.findings()[2].check == "b");
  CHECK(first.error_count() == 2);
  CHECK(first.warning_count() == 4);
  CHECK(first.dropped_count() == 3);
}
