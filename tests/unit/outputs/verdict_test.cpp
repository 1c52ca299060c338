#include "outputs/verdict.hpp"

#include "support/catch.hpp"

using namespace occy;

TEST_CASE("verdict: without errors, a verification says how many layers it proved", "[outputs]") {
  CheckResults one;
  CheckResults several;
  several.warning("some.check", "there", "not quite right");

  outputs::conclude(one, "there", outputs::layers_verified(1));
  outputs::conclude(several, "there", outputs::layers_verified(3));

  CHECK(one.find("verify.ok")->message == "1 layer verified");
  CHECK(several.find("verify.ok")->message == "all 3 layers verified");
}

TEST_CASE("verdict: with an error, or something that nobody could look at, there is no proof", "[outputs]") {
  CheckResults wrong;
  CheckResults unseen;
  wrong.error("some.check", "there", "wrong");
  unseen.warning("verify.unreachable", "there", "gone");

  outputs::conclude(wrong, "there", outputs::layers_verified(1));
  outputs::conclude(unseen, "there", outputs::layers_verified(1));

  CHECK(wrong.find("verify.ok") == nullptr);
  CHECK(unseen.find("verify.ok") == nullptr);
}
