#include "tar/layer_audit.hpp"

#include <string>
#include <utility>

#include "support/catch.hpp"
#include "support/raw_tar.hpp"
#include "tar/path_set.hpp"

using namespace occy;
using namespace occy::tar;
using test::RawHeader;
using test::RawTar;

namespace {

CheckResults audit(const RawTar& archive, const Limits& limits = {}) {
  LayerAudit audit("layer", limits);
  audit.push(archive.bytes());
  return audit.finish();
}

// "severity check subject: message" of the only finding; "no findings" when there are none.
std::string only_finding(const CheckResults& results) {
  if (results.findings().empty()) return "no findings";
  REQUIRE(results.findings().size() == 1);
  const Finding& finding = results.findings()[0];
  return std::string(to_string(finding.severity)) + " " + finding.check + " " + finding.subject + ": " +
         finding.message;
}

std::string finding_of(const RawHeader& header) { return only_finding(audit(RawTar{}.header(header).end())); }

std::string finding_of_mode(const char* mode) {
  return only_finding(audit(RawTar{}.block(test::with_field(RawHeader{}.block(), kMode, mode)).end()));
}

RawHeader link_entry(char type, std::string name, std::string target) {
  return {.name = std::move(name), .type = type, .link = std::move(target)};
}

}  // namespace

TEST_CASE("layer audit: an ordinary layer has no findings", "[tar]") {
  RawTar archive;
  archive.header({.name = "./", .type = '5'}).header({.name = "./usr/", .type = '5'});
  archive.header({.name = "usr/", .type = '5'}).file("usr/file", "x").header(link_entry('1', "usr/hard", "./usr/file"));
  archive.header(link_entry('2', "usr/lib/up", "../../etc")).header(link_entry('2', "absolute", "/../etc"));
  archive.file(".wh.gone", "").file("usr/.wh..wh..opq", "").file("...", "");

  CHECK(only_finding(audit(archive.end())) == "no findings");
}

TEST_CASE("layer audit: an archive that breaks off is one error with its place", "[tar]") {
  CHECK(only_finding(audit(RawTar{}.header({.name = "a", .size = 600}).data("x"))) ==
        "error tar-format layer: at byte 1024: cut off: a: expected 512 more bytes of data and padding, found the end");
}

TEST_CASE("layer audit: an end without its marker is a warning, as engines take it", "[tar]") {
  CHECK(only_finding(audit(RawTar{}.file("a", "x"))) ==
        "warning tar-format layer: at byte 1024: cut off: expected an entry or two zero blocks, found the end");
  CHECK(only_finding(audit(RawTar{}.file("a", "x").data(std::string(512, '\0')))) ==
        "warning tar-format layer: at byte 1536: cut off: expected a second zero block, found the end");
  CHECK(only_finding(audit(RawTar{})).starts_with("warning tar-format layer: at byte 0"));
}

TEST_CASE("layer audit: an extension header without its entry is no end", "[tar]") {
  CHECK(only_finding(audit(RawTar{}.file("a", "x").extension('L', "long name"))).starts_with("error tar-format"));
}

TEST_CASE("layer audit: findings before a broken header stay", "[tar]") {
  const auto results = audit(RawTar{}.file("../a", "").data(std::string(512, 'r')));

  CHECK(results.error_count() == 2);
  CHECK(results.find("tar-entry") != nullptr);
  CHECK(results.find("tar-format") != nullptr);
}

TEST_CASE("layer audit: names that leave the layer", "[tar]") {
  CHECK(finding_of({.name = "a/../../b"}) ==
        "error tar-entry layer: a/../../b: name with \"..\": expected one inside of the layer");
  CHECK(finding_of({.name = "/etc/passwd"}) ==
        "warning tar-entry layer: /etc/passwd: absolute name: expected one relative to the root");
}

TEST_CASE("layer audit: links that leave the layer", "[tar]") {
  CHECK(finding_of(link_entry('2', "usr/bin/l", "../../../etc")) ==
        "warning tar-entry layer: usr/bin/l: symbolic link to ../../../etc: leads above the root");
  CHECK(finding_of(link_entry('2', "./l", "..")) ==
        "warning tar-entry layer: ./l: symbolic link to ..: leads above the root");
  CHECK(finding_of(link_entry('1', "h", "../a")) == "error tar-entry layer: h: hard link to ../a: leaves the layer");
  CHECK(finding_of(link_entry('1', "h", "later")) ==
        "warning tar-entry layer: h: hard link to later: expected an earlier entry of this layer");
}

TEST_CASE("layer audit: times before 1970 and types that nobody unpacks", "[tar]") {
  RawTar archive;
  archive.extension('x', test::pax_record("mtime", "-5")).header({}).header({.name = "o", .type = '9'});

  const auto results = audit(archive.end());

  REQUIRE(results.warning_count() == 2);
  CHECK(results.findings()[0].message == "time of change before 1970: found -5 s");
  CHECK(results.findings()[1].message == "entry type '9': engines do not unpack it");
}

TEST_CASE("layer audit: permissions worth a look", "[tar]") {
  CHECK(finding_of_mode("0004755") == "info tar-permissions layer: file: set-user-id file");
  CHECK(finding_of_mode("0002755") == "info tar-permissions layer: file: set-group-id file");
  CHECK(finding_of_mode("0000666") == "info tar-permissions layer: file: file that everyone may write");
  CHECK(finding_of_mode("0001755") == "no findings");
}

TEST_CASE("layer audit: whiteouts that are none", "[tar]") {
  const auto nameless = GENERATE("a/.wh.", "a/.wh..", "a/.wh...", "a/.wh.b/c");

  CHECK(finding_of({.name = nameless}) == "error whiteout layer: " + std::string(nameless) +
                                              ": a whiteout that names nothing, or a name below one: hides nothing");
  CHECK(finding_of({.name = ".wh..wh.plnk"}) ==
        "warning whiteout layer: .wh..wh.plnk: a file of the aufs driver's own: hides nothing");
  CHECK(finding_of({.name = ".wh.dir/", .type = '5'}) ==
        "warning whiteout layer: .wh.dir/: expected an empty regular file");
  CHECK(only_finding(audit(RawTar{}.file(".wh.a", "x").end())) ==
        "warning whiteout layer: .wh.a: expected an empty regular file");
}

TEST_CASE("layer audit: a path that comes twice is found in every spelling", "[tar]") {
  const auto again = GENERATE("a/b", "./a/b", "a//b", "a/./b");

  CHECK(only_finding(audit(RawTar{}.file("a/b", "").file(again, "").end())) ==
        "warning duplicate-entry layer: " + std::string(again) + ": comes twice in this layer: the last one counts");
}

TEST_CASE("layer audit: findings come in the order of the entries", "[tar]") {
  const auto results = audit(RawTar{}.file("a", "").file("a", "").file("/b", "").file("/b", "").end());

  REQUIRE(results.findings().size() == 4);
  CHECK(results.findings()[0].check == "duplicate-entry");
  CHECK(results.findings()[1].check == "tar-entry");
  CHECK(results.findings()[2].check == "tar-entry");
  CHECK(results.findings()[3].check == "duplicate-entry");
}

TEST_CASE("layer audit: a directory that becomes a file is a duplicate", "[tar]") {
  const auto results = audit(RawTar{}.header({.name = "a/", .type = '5'}).file("a", "").end());

  CHECK(results.warning_count() == 1);
}

TEST_CASE("layer audit: large layers are a warning, and an error beyond the cap", "[tar]") {
  const auto sparse = [](const std::string& size) {
    RawTar archive;
    archive.extension('x', test::pax_record("GNU.sparse.size", size) + test::pax_record("GNU.sparse.numblocks", "0") +
                               test::pax_record("GNU.sparse.map", ""));
    return only_finding(audit(archive.header({}).end()));
  };

  CHECK(sparse("10737418240") == "no findings");
  CHECK(sparse("10737418241") == "warning large-layer layer: entries declare 10 GiB: more than 10 GiB in one layer");
  CHECK(sparse("1125899906842624") == "error large-layer layer: entries declare 1048576 GiB: expected up to 64 GiB");
}

TEST_CASE("layer audit: findings are capped and counted", "[tar]") {
  RawTar archive;
  for (int i = 0; i < 5; ++i) archive.file("../" + std::to_string(i), "");

  const auto results = audit(archive.end(), {.findings = 2});

  CHECK(results.findings().size() == 2);
  CHECK(results.error_count() == 5);
}

TEST_CASE("path set: remembers up to its cap, and says when it is full", "[tar]") {
  PathSet paths(2'000);

  for (int i = 0; i < 2'000; ++i) {
    CHECK_FALSE(paths.is_full());
    REQUIRE(paths.add("path" + std::to_string(i), PathSet::Seen::as_other) == PathSet::Seen::no);
  }
  CHECK(paths.is_full());
  CHECK(paths.add("one more", PathSet::Seen::as_other) == PathSet::Seen::no);
  CHECK(paths.find("one more") == PathSet::Seen::no);
  CHECK(paths.add("path7", PathSet::Seen::as_directory) == PathSet::Seen::as_other);
  CHECK(paths.find("path7") == PathSet::Seen::as_directory);
}
