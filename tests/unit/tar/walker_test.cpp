#include "tar/walker.hpp"

#include <algorithm>
#include <string>

#include "support/catch.hpp"
#include "support/raw_tar.hpp"

using namespace occy;
using namespace occy::tar;
using namespace std::string_literals;
using test::excerpt;
using test::Magic;
using test::pax_record;
using test::RawHeader;
using test::RawTar;
using test::walk;
using test::with_field;

namespace {

// The only entry of an archive that must be good.
Entry only_entry(const RawTar& archive) {
  const auto walked = walk(archive.bytes());
  INFO((walked.error ? walked.error->message : ""));
  REQUIRE_FALSE(walked.error.has_value());
  REQUIRE(walked.entries.size() == 1);
  return walked.entries[0];
}

// The words of the refusal that must come; "accepted" when none does.
std::string refusal(RawTar archive, const Limits& limits = {}) {
  const auto walked = walk(archive.end().bytes(), limits);
  return walked.error ? walked.error->message : "accepted";
}

std::string refusal_of(const HeaderBlock& block) { return refusal(RawTar{}.block(block)); }

std::string refusal_of_pax(const std::string& records, const RawHeader& header = {}) {
  return refusal(RawTar{}.extension('x', records).header(header));
}

}  // namespace

TEST_CASE("walker: a ustar entry is its header's fields", "[tar]") {
  auto block = RawHeader{.name = "name", .size = 700}.block();
  block = with_field(block, kPrefix, "some/where");
  block = with_field(block, kMode, "0004755\0"s);
  block = with_field(block, kUid, "0001750\0"s);
  block = with_field(block, kUserName, "somebody");
  block = with_field(block, kMtime, "00000000017\0"s);

  const auto entry = only_entry(RawTar{}.block(block).data(std::string(700, 'x')).end());

  CHECK(entry.path == "some/where/name");
  CHECK(entry.type == EntryType::file);
  CHECK(entry.stored_size == 700);
  CHECK(entry.real_size == 700);
  CHECK(entry.mode == 04755);
  CHECK(entry.uid == 1000);
  CHECK(entry.user_name == "somebody");
  CHECK(entry.mtime == Time{15, 0});
  CHECK(entry.header_offset == 0);
  CHECK(entry.data_offset == 512);
}

TEST_CASE("walker: nothing of an entry stays in the next", "[tar]") {
  RawTar archive;
  archive.extension('x', pax_record("path", "long") + pax_record("comment", "c") + pax_record("uid", "7"));
  archive.block(with_field(RawHeader{.type = '3'}.block(), kDevMajor, "0000001\0"s));
  archive.header({.name = "second", .magic = Magic::v7}).end();

  const auto walked = walk(archive.bytes());

  REQUIRE(walked.entries.size() == 2);
  const auto& second = walked.entries[1];
  CHECK(second.path == "second");
  CHECK(second.records.empty());
  CHECK(second.uid == 0);
  CHECK(second.device_major == 0);
  CHECK(second.header_offset == 1536);
}

TEST_CASE("walker: PAX records go before the header's fields", "[tar]") {
  const auto records = pax_record("path", "a/long/name") + pax_record("linkpath", "target") +
                       pax_record("mtime", "2.25") + pax_record("uname", "me") + pax_record("gid", "5000000") +
                       pax_record("SCHILY.xattr.user.note", "v");

  const auto entry = only_entry(RawTar{}.extension('x', records).header({.type = '2', .link = "short"}).end());

  CHECK(entry.path == "a/long/name");
  CHECK(entry.link == "target");
  CHECK(entry.mtime == Time{2, 250'000'000});
  CHECK(entry.user_name == "me");
  CHECK(entry.gid == 5'000'000);
  CHECK(entry.records == std::vector{std::pair("SCHILY.xattr.user.note"s, "v"s)});
  CHECK(entry.header_offset == 0);
  CHECK(entry.data_offset == 1536);
}

TEST_CASE("walker: a PAX target fills a link whose header names none", "[tar]") {
  CHECK(only_entry(RawTar{}.extension('x', pax_record("linkpath", "t")).header({.type = '2'}).end()).link == "t");
}

TEST_CASE("walker: GNU long names and links hold for the entry after them", "[tar]") {
  const std::string path(300, 'p'), link(400, 'l');
  RawTar archive;
  archive.extension('K', link + '\0').extension('L', path + '\0').header({.type = '2', .link = "l"});

  const auto entry = only_entry(archive.end());

  CHECK(entry.path == path);
  CHECK(entry.link == link);
}

TEST_CASE("walker: a GNU header has no prefix, V7 has neither prefix nor owner names", "[tar]") {
  const auto magic = GENERATE(Magic::gnu, Magic::v7);
  auto block = with_field(RawHeader{.name = "n", .magic = magic}.block(), kPrefix, "12345670");

  CHECK(only_entry(RawTar{}.block(block).end()).path == "n");
}

TEST_CASE("walker: a V7 name that ends in a slash is a directory", "[tar]") {
  CHECK(only_entry(RawTar{}.header({.name = "d/", .type = '\0', .magic = Magic::v7}).end()).type ==
        EntryType::directory);
}

TEST_CASE("walker: unknown types that no vendor claims are passed on with their data", "[tar]") {
  const auto entry = only_entry(RawTar{}.header({.type = '9', .size = 3}).data("abc").end());

  CHECK(entry.type == EntryType::other);
  CHECK(entry.type_byte == '9');
  CHECK(entry.stored_size == 3);
}

TEST_CASE("walker: a global header sets owners and times until the next one", "[tar]") {
  RawTar archive;
  archive.extension('g', pax_record("uid", "5") + pax_record("comment", "of the commit"));
  archive.header({.name = "first"}).extension('x', pax_record("uid", "6")).header({.name = "second"});
  archive.extension('g', pax_record("uid", "7")).header({.name = "third"}).end();

  const auto walked = walk(archive.bytes());

  REQUIRE(walked.entries.size() == 3);
  CHECK(walked.entries[0].uid == 5);
  CHECK(walked.entries[0].header_offset == 1024);
  CHECK(walked.entries[0].records.empty());
  CHECK(walked.entries[1].uid == 6);
  CHECK(walked.entries[2].uid == 7);
}

TEST_CASE("walker: sizes above 8 GiB come in base-256 or in a PAX record", "[tar]") {
  const std::uint64_t size = (std::uint64_t{1} << 33U) + 5;
  const auto header_size = GENERATE_COPY(std::uint64_t{0}, std::uint64_t{5}, (std::uint64_t{1} << 33U) - 1, size);
  Walker walker;

  REQUIRE(walker.feed(RawHeader{.type = 'x', .size = 19}.block()).value() == Step::need_block);
  HeaderBlock records{};
  std::copy_n(test::bytes_of(pax_record("size", std::to_string(size))).begin(), 19, records.begin());
  REQUIRE(walker.feed(records).value() == Step::need_block);
  REQUIRE(walker.feed(RawHeader{.size = header_size}.block()).value() == Step::entry);

  CHECK(walker.entry().stored_size == size);
  CHECK(walker.offset() == 3 * kBlock + padded(size));
}

TEST_CASE("walker: two sizes for one entry are refused", "[tar]") {
  CHECK(excerpt(refusal_of_pax(pax_record("size", "0"), {.size = 512}), "two sizes") == "two sizes");
  CHECK(excerpt(refusal_of_pax(pax_record("size", "512")), "two sizes: 0 in the header, 512 in the PAX record") ==
        "two sizes: 0 in the header, 512 in the PAX record");
  CHECK(excerpt(refusal_of_pax(pax_record("size", "8589934597"), {.size = 512}), "two sizes") == "two sizes");
}

TEST_CASE("walker: impossible sizes are refused", "[tar]") {
  const auto negative = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"s;
  const auto huge = "\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff"s;

  CHECK(excerpt(refusal_of(with_field(RawHeader{}.block(), kSize, negative)), "size: expected 0 or more") ==
        "size: expected 0 or more");
  CHECK(excerpt(refusal_of(with_field(RawHeader{}.block(), kSize, huge)), "size: expected up to") ==
        "size: expected up to");
  CHECK(excerpt(refusal_of(with_field(RawHeader{.type = 'x'}.block(), kSize, negative)), "extension header") ==
        "extension header");
  CHECK(excerpt(refusal_of_pax(pax_record("size", "1152921504606846977")), "expected up to") == "expected up to");
}

TEST_CASE("walker: entries that add up beyond any file are refused", "[tar]") {
  Walker walker;
  const auto block = RawHeader{.size = std::uint64_t{1} << 60U}.block();

  int entries = 0;
  while (walker.feed(block)) REQUIRE(++entries < 10);

  CHECK(entries == 3);
}

TEST_CASE("walker: links, directories and devices with data are refused", "[tar]") {
  const auto type = GENERATE('1', '2', '3', '4', '5', '6');

  CHECK(excerpt(refusal_of(RawHeader{.type = type, .size = 1, .link = "l"}.block()), "readers disagree") ==
        "readers disagree");
}

TEST_CASE("walker: what readers take for different things is refused", "[tar]") {
  CHECK(excerpt(refusal_of(RawHeader{.name = "a/"}.block()), "ends in '/'") == "ends in '/'");
  CHECK(excerpt(refusal_of(RawHeader{.name = ""}.block()), "without a name") == "without a name");
  CHECK(excerpt(refusal_of(RawHeader{.type = '2'}.block()), "without a target") == "without a target");
  CHECK(excerpt(refusal_of(RawHeader{.name = "a/", .type = '9'}.block()), "ends in '/'") == "ends in '/'");
  for (const char type : "ADIMNVXZ"s)
    CHECK(excerpt(refusal_of(RawHeader{.type = type}.block()), "vendor entry type") == "vendor entry type");
  CHECK(excerpt(refusal_of(with_field(RawHeader{}.block(), kMagic, "ustar  0")), "magic") == "magic");
  CHECK(excerpt(refusal_of(with_field(with_field(RawHeader{}.block(), kPrefix, std::string(140, 'p')), Field{508, 4},
                                      "tar\0"s)),
                "magic") == "magic");
}

TEST_CASE("walker: numbers that are none are refused by name", "[tar]") {
  CHECK(excerpt(refusal_of(with_field(RawHeader{}.block(), kMode, "abc")), "mode: expected an octal") ==
        "mode: expected an octal");
  CHECK(excerpt(refusal_of(with_field(RawHeader{}.block(), kUid, "9")), "uid") == "uid");
  CHECK(excerpt(refusal_of(with_field(RawHeader{}.block(), kMtime, "1 2")), "mtime") == "mtime");
  CHECK(excerpt(refusal_of(with_field(RawHeader{.type = '4'}.block(), kDevMinor, "x")), "device minor") ==
        "device minor");
}

TEST_CASE("walker: extension headers that contradict each other are refused", "[tar]") {
  const auto path = pax_record("path", "a");

  CHECK(excerpt(refusal(RawTar{}.extension('x', path).extension('x', path).header({})), "comes twice") ==
        "comes twice");
  CHECK(excerpt(refusal(RawTar{}.extension('L', "a").extension('L', "a").header({})), "comes twice") == "comes twice");
  CHECK(excerpt(refusal(RawTar{}.extension('K', "a").extension('K', "a").header({})), "comes twice") == "comes twice");
  CHECK(excerpt(refusal(RawTar{}.extension('x', path).extension('L', "a").header({})), "GNU long name and") ==
        "GNU long name and");
  CHECK(excerpt(refusal(RawTar{}.extension('x', path).extension('g', "").header({})), "stands between") ==
        "stands between");
  CHECK(excerpt(refusal(RawTar{}.extension('x', path)), "expected an entry after") == "expected an entry after");
  CHECK(excerpt(refusal(RawTar{}.extension('L', "")), "empty GNU long name") == "empty GNU long name");
  CHECK(excerpt(refusal(RawTar{}.extension('L', "a\0b"s).header({})), "NUL inside") == "NUL inside");
  CHECK(refusal(RawTar{}.extension('L', "a\0\0"s).header({})) == "accepted");
}

TEST_CASE("walker: a global header that names or places data is refused", "[tar]") {
  const auto keyword = GENERATE("path", "linkpath", "size", "GNU.sparse.major");

  CHECK(excerpt(refusal(RawTar{}.extension('g', pax_record(keyword, "1")).header({})), "global PAX header") ==
        "global PAX header");
}

TEST_CASE("walker: an extension header larger than its cap is refused before it is read", "[tar]") {
  const Limits limits{.extended_header_bytes = 1024};
  Walker walker(limits);

  CHECK(walker.feed(RawHeader{.type = 'L', .size = 1024}.block()).has_value());
  CHECK_FALSE(Walker(limits).feed(RawHeader{.type = 'L', .size = 1025}.block()).has_value());
}

TEST_CASE("walker: a broken record is reported at its offset in the archive", "[tar]") {
  const auto walked = walk(RawTar{}.file("a", "x").extension('x', pax_record("uid", "1") + "oops").bytes());

  REQUIRE(walked.error.has_value());
  CHECK(walked.error->position == 3 * 512 + pax_record("uid", "1").size());
}

TEST_CASE("walker: a wrong checksum is reported at its header, and stays the answer", "[tar]") {
  auto bad = RawHeader{}.block();
  bad[0] ^= std::byte{1};
  Walker walker;
  REQUIRE(walker.feed(RawHeader{}.block()).value() == Step::entry);

  const auto first = walker.feed(bad);
  const auto again = walker.feed(RawHeader{}.block());

  REQUIRE_FALSE(first.has_value());
  CHECK(first.error().position == 512);
  REQUIRE_FALSE(again.has_value());
  CHECK(again.error().message == first.error().message);
  CHECK_FALSE(walker.finish().has_value());
}

TEST_CASE("walker: an archive ends with two zero blocks, not before", "[tar]") {
  const auto archive = RawTar{}.extension('x', pax_record("uid", "1")).file("a", "data").end();
  const Block whole = archive.bytes();

  CHECK_FALSE(walk(whole).error.has_value());
  for (std::size_t size = 0; size < whole.size(); size += kBlock) {
    const auto walked = walk(whole.first(size));
    INFO(size << " bytes");
    REQUIRE(walked.error.has_value());
    CHECK(excerpt(walked.error->message, "cut off") == "cut off");
  }
}

TEST_CASE("walker: one zero block between entries is refused", "[tar]") {
  const auto archive = RawTar{}.file("a", "x").block({}).file("b", "y").end();

  const auto walked = walk(archive.bytes());

  REQUIRE(walked.error.has_value());
  CHECK(walked.error->position == 3 * 512);
  CHECK(walked.entries.size() == 1);
}

TEST_CASE("walker: a GNU sparse file's fields in an entry of another type are refused", "[tar]") {
  const auto offset = GENERATE(386U, 482U, 483U);
  const auto block = RawHeader{.magic = Magic::gnu}.block();

  CHECK(excerpt(refusal_of(with_field(block, Field{offset, 1}, "1")), "readers disagree") == "readers disagree");
}
