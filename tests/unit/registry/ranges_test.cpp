#include "registry/ranges.hpp"

#include "support/catch.hpp"

using namespace occy::registry;

TEST_CASE("ranges: what part of a blob an answer is", "[registry]") {
  CHECK(parse_content_range("bytes 5-9/10") == ContentRange{5, 9, 10});
  CHECK(parse_content_range("bytes 0-0/*") == ContentRange{0, 0, std::nullopt});

  for (const char* text :
       {"", "bytes", "bytes 5-9", "bytes 9-5/10", "bytes 5-10/10", "bytes */10", "5-9/10", "bytes -9/10", "bytes 5-/10",
        "bytes 5-9/x", "bytes 0-18446744073709551615/*", "bytes 0-99999999999999999999/*"}) {
    INFO(text);
    CHECK_FALSE(parse_content_range(text).has_value());
  }
}

TEST_CASE("ranges: how much an upload has", "[registry]") {
  CHECK(parse_upload_range("0-9") == 10U);
  CHECK(parse_upload_range("bytes=0-9") == 10U);
  CHECK(parse_upload_range("0-0") == 0U);
  CHECK_FALSE(parse_upload_range("5-9").has_value());
  CHECK_FALSE(parse_upload_range("").has_value());
  CHECK_FALSE(parse_upload_range("0--1").has_value());
}
