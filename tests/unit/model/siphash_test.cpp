#include "model/siphash.hpp"

#include <string>

#include "support/catch.hpp"

using namespace occy;

TEST_CASE("siphash: the vectors of its authors", "[model]") {
  const SipKey key{0x0706050403020100U, 0x0f0e0d0c0b0a0908U};  // the bytes 0 to 15
  std::string text;
  for (char byte = 0; byte < 15; ++byte) text += byte;

  CHECK(siphash(key, "") == 0x726fdb47dd0e0e31U);
  CHECK(siphash(key, text.substr(0, 1)) == 0x74f839c593dc67fdU);
  CHECK(siphash(key, text.substr(0, 8)) == 0x93f5f5799a932462U);
  CHECK(siphash(key, text) == 0xa129ca6149be45e5U);
}

TEST_CASE("siphash: no two keys are alike", "[model]") { CHECK(random_sip_key() != random_sip_key()); }
