#include "model/rfc3339.hpp"

#include "support/catch.hpp"

using occy::kLastRfc3339Second;
using occy::parse_rfc3339;
using occy::rfc3339_text;
using occy::Time;

TEST_CASE("RFC 3339: seconds become a text, and the text the same seconds", "[model]") {
  CHECK(rfc3339_text(0) == "1970-01-01T00:00:00Z");
  CHECK(rfc3339_text(951'868'799) == "2000-02-29T23:59:59Z");
  CHECK(rfc3339_text(1'700'000'000) == "2023-11-14T22:13:20Z");
  CHECK(rfc3339_text(kLastRfc3339Second) == "9999-12-31T23:59:59Z");
  for (const std::int64_t seconds : {std::int64_t{0}, std::int64_t{951'868'799}, kLastRfc3339Second})
    CHECK(parse_rfc3339(rfc3339_text(seconds)) == Time{seconds, 0});
}

TEST_CASE("RFC 3339: fractions, offsets and lower case are read", "[model]") {
  CHECK(parse_rfc3339("2023-11-14T22:13:20.123456789Z") == Time{1'700'000'000, 123'456'789});
  CHECK(parse_rfc3339("2023-11-14T22:13:20.1234567891Z") == Time{1'700'000'000, 123'456'789});
  CHECK(parse_rfc3339("2023-11-14T22:13:20.5Z") == Time{1'700'000'000, 500'000'000});
  CHECK(parse_rfc3339("2023-11-15T00:13:20+02:00") == Time{1'700'000'000, 0});
  CHECK(parse_rfc3339("2023-11-14T16:43:20-05:30") == Time{1'700'000'000, 0});
  CHECK(parse_rfc3339("2023-11-14t22:13:20z") == Time{1'700'000'000, 0});
}

TEST_CASE("RFC 3339: times before 1970 are negative, as Go's zero is", "[model]") {
  CHECK(parse_rfc3339("0001-01-01T00:00:00Z") == Time{-62'135'596'800, 0});
  CHECK(parse_rfc3339("1969-12-31T23:59:59.25Z") == Time{-1, 250'000'000});
}

TEST_CASE("RFC 3339: other texts are no times", "[model]") {
  for (const char* text :
       {"", "now", "2023-11-14", "2023-11-14T22:13:20", "2023-11-14 22:13:20Z", "2023-02-29T00:00:00Z",
        "2023-13-01T00:00:00Z", "2023-11-14T24:00:00Z", "2023-11-14T22:13:20.Z", "2023-11-14T22:13:20Zx",
        "2023-11-14T22:13:20+2:00", "+023-11-14T22:13:20Z", "2023-11-14T22:13:61Z", "2023-1-14T22:13:20Z"}) {
    INFO(text);
    CHECK_FALSE(parse_rfc3339(text));
  }
}
