#include "tar/header_patch.hpp"

#include <functional>

#include "occy/error.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/rewrite.hpp"

using namespace occy;
using namespace occy::tar;
using namespace std::string_literals;
using test::bytes_of;
using test::error_of;
using test::Magic;
using test::pax_record;
using test::RawHeader;
using test::RawTar;
using test::with_field;

namespace {

using Change = std::function<void(Entry&)>;

// The layer with every entry changed.
test::Rewritten changed(const RawTar& layer, const Change& change) {
  auto done = test::rewrite(layer.bytes(), [&](Entry& entry) {
    change(entry);
    return Verdict::keep;
  });
  CHECK(done.changed);
  return done;
}

std::string bytes_after(const RawTar& layer, const Change& change) { return changed(layer, change).bytes; }

std::string text(const RawTar& layer) { return test::text_of(layer.bytes()); }

RawTar layer_of(const HeaderBlock& block) { return RawTar{}.block(block).end(); }

Error patch_refusal(const RawTar& layer, const Change& change) {
  return error_of([&] { (void)changed(layer, change); });
}

HeaderBlock header(const RawHeader& header) { return header.block(); }

Change set_mtime(std::int64_t seconds, std::uint32_t nanoseconds = 0) {
  return [=](Entry& entry) { entry.mtime = {seconds, nanoseconds}; };
}

}  // namespace

TEST_CASE("header patch: numbers and names that fit change their fields and nothing else", "[tar]") {
  auto before = header({.name = "name", .magic = Magic::gnu});
  before = with_field(before, {500, 12}, "rubbish");  // behind all fields

  const auto after = bytes_after(layer_of(before), [](Entry& entry) {
    entry.mode = 04755;
    entry.uid = 1000;
    entry.gid = 2097151;
    entry.user_name = "somebody";
    entry.group_name = "a group of thirty-one letters, ";
    entry.mtime = {8589934591, 0};
  });

  auto expected = with_field(before, kMode, "0004755\0"s);
  expected = with_field(expected, kUid, "0001750\0"s);
  expected = with_field(expected, kGid, "7777777\0"s);
  expected = with_field(expected, kUserName, "somebody");
  expected = with_field(expected, kGroupName, "a group of thirty-one letters, ");
  expected = with_field(expected, kMtime, "77777777777\0"s);
  CHECK(after == text(layer_of(expected)));
}

TEST_CASE("header patch: a path fits the name, the name and the prefix, or becomes a record", "[tar]") {
  const auto before = with_field(header({.name = "name"}), kPrefix, "some/where");
  const std::string directory(150, 'd');
  const std::string name(100, 'n');

  const auto path_becomes = [&](const std::string& path) {
    return bytes_after(layer_of(before), [&](Entry& entry) { entry.path = path; });
  };

  CHECK(path_becomes(name) == text(layer_of(header({.name = name}))));
  CHECK(path_becomes(directory + "/" + name) == text(layer_of(with_field(header({.name = name}), kPrefix, directory))));
  const std::string too_long = directory + "/" + name + name;
  const std::string with_record = path_becomes(too_long);
  CHECK(with_record.find(pax_record("path", too_long)) == 512);
  CHECK(with_record.substr(1024) == text(layer_of(header({.name = directory.substr(0, 100)}))));
}

TEST_CASE("header patch: GNU names stay GNU names, and go when the name is short again", "[tar]") {
  const std::string first(150, 'f');
  const std::string second(250, 's');
  const auto layer = [](const std::string& name) {
    RawTar archive;
    if (name.size() > 100) archive.extension('L', name + '\0');
    return archive.header({.name = name, .magic = Magic::gnu}).end();
  };
  const auto renamed = [](const std::string& name) { return [=](Entry& entry) { entry.path = name; }; };

  const auto longer = bytes_after(layer(first), renamed(second));
  CHECK(longer == text(layer(second)));
  CHECK(bytes_after(layer(first), renamed("short")) == text(layer("short")));
  const auto made = changed(layer("short"), renamed(second));
  CHECK(made.entries()[0].path == second);
  CHECK(made.bytes.substr(0, 13) == "././@LongLink");
}

TEST_CASE("header patch: a long target goes where the entry's dialect has it", "[tar]") {
  const auto [magic, type] = GENERATE(table<Magic, char>({{Magic::gnu, 'K'}, {Magic::ustar, 'x'}, {Magic::v7, 'x'}}));
  const std::string target(130, 't');
  const auto layer = layer_of(header({.name = "link", .type = '2', .link = "short", .magic = magic}));

  const auto longer = changed(layer, [&](Entry& entry) { entry.link = target; });
  const auto shorter = test::rewrite(bytes_of(longer.bytes), [](Entry& entry) {
    entry.link = "short";
    return Verdict::keep;
  });

  CHECK(longer.entries()[0].link == target);
  CHECK(longer.bytes[kType.offset] == type);
  CHECK(shorter.bytes == text(layer));
}

TEST_CASE("header patch: a record stands where it stood, the others stay", "[tar]") {
  const std::string binary = "\x01\0\xff=\n"s;
  const auto records = [&](const std::string& time, const std::string& more) {
    return pax_record("SCHILY.xattr.security.capability", binary) + time + pax_record("comment", "") + more;
  };
  const auto layer = [&](const std::string& text) { return RawTar{}.extension('x', text).header({}).end(); };
  const auto before = layer(records(pax_record("mtime", "17.25"), ""));

  CHECK(changed(before, set_mtime(-1, 500'000'000)).entries()[0].mtime == Time{-1, 500'000'000});
  CHECK(bytes_after(before, [](Entry& entry) { entry.uid = 3'000'000; }) ==
        text(layer(records(pax_record("mtime", "17.25"), pax_record("uid", "3000000")))));
  CHECK(bytes_after(before, [&](Entry& entry) { entry.records.emplace_back("SCHILY.xattr.user.note", "text"); }) ==
        text(layer(records(pax_record("mtime", "17.25"), pax_record("SCHILY.xattr.user.note", "text")))));
  CHECK(bytes_after(before, [&](Entry& entry) {
          entry.records[1].second = "words";
        }).find(pax_record("comment", "words")) != std::string::npos);
}

TEST_CASE("header patch: the same values give the same bytes, whatever was there before", "[tar]") {
  const auto block = [](const char* seconds) { return with_field(header({}), kMtime, seconds); };
  const auto plain = layer_of(block("00000000017"));
  const auto with_fraction = RawTar{}.extension('x', pax_record("mtime", "15.5")).block(block("00000000016")).end();
  const auto with_negative = RawTar{}.extension('x', pax_record("mtime", "-15")).block(block("00000000000")).end();

  const auto bytes = bytes_after(plain, set_mtime(1));

  CHECK(bytes_after(with_fraction, set_mtime(1)) == bytes);
  CHECK(bytes_after(with_negative, set_mtime(1)) == bytes);
}

TEST_CASE("header patch: numbers beyond octal go into what the entry used before", "[tar]") {
  const std::int64_t large = 5'000'000'000;
  const auto uid_is = [](std::int64_t uid) { return [=](Entry& entry) { entry.uid = uid; }; };
  auto binary = header({.magic = Magic::gnu});
  REQUIRE(put_signed_base256(binary, kUid, 3'000'000));
  put_checksum(binary);
  auto expected = binary;
  REQUIRE(put_signed_base256(expected, kUid, large));
  put_checksum(expected);

  CHECK(bytes_after(layer_of(binary), uid_is(large)) == text(layer_of(expected)));
  CHECK(bytes_after(layer_of(binary), uid_is(0)) == text(layer_of(header({.magic = Magic::gnu}))));
  CHECK(bytes_after(layer_of(header({})), uid_is(large)).find(pax_record("uid", "5000000000")) == 512);
  const auto in_record = RawTar{}.extension('x', pax_record("uid", "3000000")).block(binary).end();
  CHECK(bytes_after(in_record, uid_is(large)).find(pax_record("uid", "5000000000")) == 512);
}

TEST_CASE("header patch: an old directory that gets an extension gets a directory's type", "[tar]") {
  const auto layer = layer_of(header({.name = "old/", .type = '\0', .magic = Magic::v7}));

  const auto named = changed(layer, [](Entry& entry) { entry.user_name = "somebody"; });
  const auto moved = changed(layer, [](Entry& entry) { entry.mtime = {7, 0}; });

  CHECK(named.entries()[0].type_byte == '5');
  CHECK(moved.entries()[0].type_byte == '\0');
}

TEST_CASE("header patch: numbers of any size are written and read again", "[tar]") {
  const auto magic = GENERATE(Magic::ustar, Magic::gnu, Magic::v7);
  const auto value = GENERATE(as<std::int64_t>{}, -1, -2'000'000'000, std::int64_t{1} << 21, std::int64_t{1} << 33,
                              std::int64_t{1} << 55, std::numeric_limits<std::int64_t>::max(),
                              std::numeric_limits<std::int64_t>::min());

  const auto done = changed(layer_of(header({.magic = magic})), [&](Entry& entry) {
    entry.uid = entry.gid = value;
    entry.mtime = {value, 0};
  });

  CHECK(done.entries()[0].uid == value);
  CHECK(done.entries()[0].gid == value);
  CHECK(done.entries()[0].mtime == Time{value, 0});
}

TEST_CASE("header patch: owner names of any length, in headers of every dialect", "[tar]") {
  const auto magic = GENERATE(Magic::ustar, Magic::gnu, Magic::v7);
  const auto length = GENERATE(1U, 31U, 32U, 300U);

  const auto done = changed(layer_of(header({.magic = magic})), [&](Entry& entry) {
    entry.user_name = std::string(length, 'u');
    entry.group_name = std::string(length, 'g');
  });

  CHECK(done.entries()[0].user_name == std::string(length, 'u'));
  CHECK(done.entries()[0].group_name == std::string(length, 'g'));
}

TEST_CASE("header patch: what a global header says is written explicitly against it", "[tar]") {
  RawTar layer;
  layer.extension('g', pax_record("mtime", "17.5") + pax_record("uid", "7") + pax_record("uname", "g"))
      .header({})
      .end();

  const auto done = changed(layer, [](Entry& entry) {
    entry.mtime = {3, 0};
    entry.uid = 8;
    entry.user_name = "x";
  });

  const auto entry = done.entries()[0];
  CHECK(entry.mtime == Time{3, 0});
  CHECK(entry.uid == 8);
  CHECK(entry.user_name == "x");
  CHECK(done.bytes.substr(0, 1024) == text(layer).substr(0, 1024));
  // Readers that do not apply global headers find the values too.
  const auto own = test::walk(bytes_of(done.bytes).subspan(1024)).entries.at(0);
  CHECK((own.mtime == Time{3, 0} && own.uid == 8 && own.user_name == "x"));
}

TEST_CASE("header patch: an extension that has a time of its own follows the entry", "[tar]") {
  const auto layer = [](std::string_view time) {
    const std::string records = pax_record("comment", "c");
    const auto extension = with_field(header({.name = "x", .type = 'x', .size = records.size()}), kMtime, time);
    return RawTar{}.block(extension).data(records).block(with_field(header({}), kMtime, time)).end();
  };

  CHECK(bytes_after(layer("00000000017"), set_mtime(1)) == text(layer("00000000001")));
  CHECK(changed(layer("00000000000"), set_mtime(1)).bytes.substr(0, 512) == text(layer("00000000000")).substr(0, 512));
}

TEST_CASE("header patch: times in the fields of old headers are records, and change where they stand", "[tar]") {
  const auto [magic, trailer, atime, ctime] = GENERATE(table<Magic, std::string, std::size_t, std::size_t>(
      {{Magic::gnu, "", 345, 357}, {Magic::ustar, "tar\0"s, 476, 488}}));
  const auto block = [magic = magic, trailer = trailer, atime = atime, ctime = ctime](const std::string& a,
                                                                                      const std::string& c) {
    auto old = with_field(header({.magic = magic}), {atime, 12}, a);
    return with_field(with_field(old, {508, 4}, trailer), {ctime, 12}, c);
  };
  const auto layer = layer_of(block("00000000020 "s, "00000000021 "s));
  REQUIRE(test::walk(layer.bytes()).entries.at(0).records ==
          std::vector<std::pair<std::string, std::string>>{{"atime", "16"}, {"ctime", "17"}});

  CHECK(bytes_after(layer, [](Entry& entry) {
          entry.records = {{"atime", "0"}, {"ctime", "8"}};
        }) == text(layer_of(block("00000000000\0"s, "00000000010\0"s))));
  CHECK(bytes_after(layer, [](Entry& entry) { entry.records.clear(); }) ==
        text(layer_of(block(std::string(12, '\0'), std::string(12, '\0')))));
  const auto fraction = changed(layer, [](Entry& entry) { entry.records[0].second = "1.5"; });
  CHECK(fraction.bytes.find(pax_record("atime", "1.5")) == 512);
  CHECK(fraction.bytes.substr(1024) == text(layer_of(block("00000000001\0"s, "00000000021 "s))));
}

TEST_CASE("header patch: records of times beside fields of times are both the new time", "[tar]") {
  const auto block = [](const char* atime) { return with_field(header({.magic = Magic::gnu}), {345, 12}, atime); };
  const auto layer = RawTar{}.extension('x', pax_record("atime", "16.5")).block(block("00000000020")).end();

  CHECK(bytes_after(layer, [](Entry& entry) { entry.records[0].second = "0"; }) ==
        text(layer_of(block("00000000000"))));
}

TEST_CASE("header patch: a sparse file keeps its map under another name", "[tar]") {
  const std::string map = pax_record("GNU.sparse.major", "1") + pax_record("GNU.sparse.minor", "0") +
                          pax_record("GNU.sparse.name", "real/name") + pax_record("GNU.sparse.realsize", "100000");
  RawTar layer;
  layer.extension('x', map).header({.name = "GNUSparseFile.1/name", .size = 512}).data("1\n99999\n1\n").end();

  const auto done = changed(layer, [](Entry& entry) {
    entry.path = "other/name";
    entry.mtime = {5, 0};
  });

  const auto entry = done.entries()[0];
  CHECK(entry.path == "other/name");
  CHECK(entry.sparse);
  CHECK(entry.real_size == 100'000);
  CHECK(done.bytes.substr(1024, 20) == "GNUSparseFile.1/name");
}

TEST_CASE("header patch: what cannot be changed or written is refused with the filter and the entry", "[tar]") {
  const auto change = GENERATE(
      as<Change>{}, [](Entry& e) { e.type = EntryType::directory; }, [](Entry& e) { e.type_byte = '7'; },
      [](Entry& e) { e.stored_size = 7; }, [](Entry& e) { e.real_size = 7; }, [](Entry& e) { e.sparse = true; },
      [](Entry& e) { e.device_major = 1; }, [](Entry& e) { e.device_minor = 1; },
      [](Entry& e) { e.link = "somewhere"; }, [](Entry& e) { e.path = ""; }, [](Entry& e) { e.path = "a directory/"; },
      [](Entry& e) { e.path = "a\0b"s; }, [](Entry& e) { e.user_name = "a\0b"s; },
      [](Entry& e) {
        e.mtime = {1, 2'000'000'000};
      },
      [](Entry& e) {
        e.records = {{"path", "other"}};
      },
      [](Entry& e) {
        e.records = {{"a=b", "c"}};
      },
      [](Entry& e) {
        e.records = {{"a", "b"}, {"a", "c"}};
      },
      [](Entry& e) {
        e.records = {{"GNU.sparse.size", "1"}};
      },
      [](Entry& e) {
        e.records = {{"comment", std::string(2'000'000, 'x')}};
      });

  const Error error = patch_refusal(RawTar{}.file("file", "").end(), change);

  CHECK(error.side() == Side::filter);
  CHECK(error.code() == Errc::unsupported);
  CHECK_THAT(error.detail().subject, test::contains_text("test: layer 1: "));
}

TEST_CASE("header patch: the order of records is the layer's", "[tar]") {
  const auto layer = RawTar{}.extension('x', pax_record("a", "1") + pax_record("b", "2")).header({}).end();

  const auto done = test::rewrite(layer.bytes(), [](Entry& entry) {
    std::swap(entry.records[0], entry.records[1]);
    return Verdict::keep;
  });

  CHECK_FALSE(done.changed);
  CHECK(done.bytes == text(layer));
}
