#include "tar/pax.hpp"

#include <string>

#include "support/catch.hpp"
#include "support/raw_tar.hpp"

using namespace occy;
using namespace occy::tar;
using namespace std::string_literals;
using test::pax_record;

TEST_CASE("pax: known records become members, others keep their order and bytes", "[tar]") {
  const auto header =
      parse_pax(pax_record("path", "größe") + pax_record("SCHILY.xattr.user.b", "\0=\n"s) + pax_record("size", "12") +
                pax_record("uid", "-1") + pax_record("comment", "") + pax_record("mtime", "1.5"))
          .value();

  CHECK(header.path == "größe");
  CHECK(header.size == 12U);
  CHECK(header.uid == -1);
  CHECK(header.mtime == Time{1, 500'000'000});
  REQUIRE(header.records.size() == 2);
  CHECK(header.records[0] == std::pair("SCHILY.xattr.user.b"s, "\0=\n"s));
  CHECK(header.records[1] == std::pair("comment"s, ""s));
}

TEST_CASE("pax: a record that is not what its length says is refused", "[tar]") {
  const auto text = GENERATE("0 "s, "0\n"s, "5\n"s, "x=y\n"s, " 6 a=b\n"s, "+6 a=b\n"s, "-6 a=b\n"s, "7 a=b\n"s,
                             "5 a=b\n"s, "6 a=b "s, "6 a-b\n"s, "5 =b\n"s, "2 \n"s, "3 \n"s, "6"s, "6 "s,
                             "99999999999999999999 a=b\n"s, "18446744073709551615 a=b\n"s, "6 a=b\n\0"s);

  CHECK_FALSE(parse_pax(text).has_value());
}

TEST_CASE("pax: the error's position is the record's", "[tar]") {
  const auto header = parse_pax(pax_record("path", "a") + "3 x");

  REQUIRE_FALSE(header.has_value());
  CHECK(header.error().position == pax_record("path", "a").size());
}

TEST_CASE("pax: a keyword that repeats is refused", "[tar]") {
  CHECK_FALSE(parse_pax(pax_record("path", "a") + pax_record("uid", "1") + pax_record("path", "a")).has_value());
  CHECK_FALSE(parse_pax(pax_record("SCHILY.xattr.a", "1") + pax_record("SCHILY.xattr.a", "2")).has_value());
  CHECK(parse_pax(pax_record("GNU.sparse.offset", "0") + pax_record("GNU.sparse.offset", "1")).has_value());
}

TEST_CASE("pax: values that are not what their keyword wants are refused", "[tar]") {
  const auto record = GENERATE(std::pair("path"s, ""s), std::pair("path"s, "a\0b"s), std::pair("linkpath"s, ""s),
                               std::pair("linkpath"s, "\0"s), std::pair("uname"s, "r\0"s), std::pair("size"s, ""s),
                               std::pair("size"s, "-1"s), std::pair("size"s, "-0"s), std::pair("size"s, "1k"s),
                               std::pair("size"s, "9223372036854775808"s), std::pair("uid"s, "1.0"s),
                               std::pair("gid"s, "root"s), std::pair("mtime"s, "now"s), std::pair("mtime"s, "1.x"s),
                               std::pair("mtime"s, ""s), std::pair("a\0b"s, "c"s));

  CHECK_FALSE(parse_pax(pax_record(record.first, record.second)).has_value());
}

TEST_CASE("pax: times before 1970 count their fraction backwards", "[tar]") {
  CHECK(parse_pax_time("-1.25") == Time{-2, 750'000'000});
  CHECK(parse_pax_time("-0.5") == Time{-1, 500'000'000});
  CHECK(parse_pax_time("-3") == Time{-3, 0});
  CHECK(parse_pax_time("5.") == Time{5, 0});
  CHECK(parse_pax_time("1.1234567899") == Time{1, 123'456'789});
  CHECK_FALSE(parse_pax_time("-9223372036854775808.5").has_value());
}

TEST_CASE("pax: a megabyte of records is read in linear time", "[tar]") {
  std::string text;
  for (int i = 0; text.size() < (1U << 20U) - 16; ++i) text += pax_record(std::to_string(i), "");

  CHECK(parse_pax(text).value().records.size() > 80'000);
}
