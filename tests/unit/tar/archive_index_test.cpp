#include "tar/archive_index.hpp"

#include <string>

#include "support/archive_file.hpp"
#include "support/catch.hpp"
#include "support/raw_tar.hpp"

using namespace occy;
using namespace occy::tar;
using test::ArchiveFile;
using test::excerpt;
using test::RawHeader;
using test::RawTar;

namespace {

ArchiveIndex index_of(const RawTar& archive, const Limits& limits = {}) {
  return ArchiveIndex::build(ArchiveFile(archive.bytes()).file(), limits);
}

std::string resolved(const ArchiveIndex& index, const std::string& name) {
  const auto member = index.resolve(name);
  return member ? (*member)->name : "refused: " + member.error().message;
}

RawHeader link(char type, std::string name, std::string target) {
  return {.name = std::move(name), .type = type, .link = std::move(target)};
}

}  // namespace

TEST_CASE("archive index: members have normalised names, sizes and the places of their data", "[tar]") {
  RawTar archive;
  archive.header({.name = "./", .type = '5'}).header({.name = "./a/", .type = '5'});
  archive.file("./a//layer.tar", std::string(700, 'x')).file("manifest.json", "[]").end();

  const auto index = index_of(archive);

  CHECK_FALSE(index.failure().has_value());
  REQUIRE(index.members().size() == 4);
  CHECK(index.members()[0].name.empty());
  CHECK(index.members()[1].name == "a");
  CHECK(index.members()[1].type == EntryType::directory);
  CHECK(index.members()[2].name == "a/layer.tar");
  CHECK(index.members()[2].data_offset == 3 * 512);
  CHECK(index.members()[2].size == 700);
  CHECK(index.find("manifest.json")->data_offset == 6 * 512);
}

TEST_CASE("archive index: the headers behind large and small members are found", "[tar]") {
  RawTar archive;
  for (int i = 0; i < 300; ++i) archive.file("f" + std::to_string(i), std::string(std::size_t(i % 7) * 9'001, 'x'));

  const auto index = index_of(archive.end());

  CHECK_FALSE(index.failure().has_value());
  CHECK(index.members().size() == 300);
  CHECK(index.find("f299")->size == (299 % 7) * 9'001);
}

TEST_CASE("archive index: members of one name are counted, the first is found", "[tar]") {
  const auto index = index_of(RawTar{}.file("a", "1").file("./a", "22").end());

  CHECK(index.count("a") == 2);
  CHECK(index.find("a")->size == 1);
  CHECK(index.count("b") == 0);
  CHECK(index.find("b") == nullptr);
}

TEST_CASE("archive index: bytes after the end marker do not matter", "[tar]") {
  const auto index = index_of(RawTar{}.file("a", "1").end().data("rubbish"));

  CHECK_FALSE(index.failure().has_value());
  CHECK(index.members().size() == 1);
}

TEST_CASE("archive index: an archive cut anywhere is a failure, and its whole members are there", "[tar]") {
  const auto archive = RawTar{}.file("a", std::string(600, 'a')).file("b", "b").end();

  for (std::size_t size = 0; size < archive.bytes().size(); size += 128) {
    const auto index = ArchiveIndex::build(ArchiveFile(archive.bytes().first(size)).file());
    INFO(size << " bytes");
    REQUIRE(index.failure().has_value());
    CHECK(excerpt(index.failure()->message, "cut off") == "cut off");
    CHECK(index.members().size() == (size < 512 + 600 ? 0U : size < 2049 ? 1U : 2U));
  }
}

TEST_CASE("archive index: data beyond the end of the file names the member and both sizes", "[tar]") {
  const auto index = index_of(RawTar{}.header({.name = "big", .size = 5000}).data("abc"));

  REQUIRE(index.failure().has_value());
  CHECK(index.failure()->message == "cut off: big: expected 5000 bytes, found 512");
  CHECK(index.failure()->position == 512);
}

TEST_CASE("archive index: more members than the cap are a failure", "[tar]") {
  const auto archive = RawTar{}.file("a", "").file("b", "").file("c", "").end();

  CHECK_FALSE(index_of(archive, {.archive_entries = 3}).failure().has_value());
  const auto index = index_of(archive, {.archive_entries = 2});
  REQUIRE(index.failure().has_value());
  CHECK(index.failure()->position == 1024);
  CHECK(index.members().size() == 2);
}

TEST_CASE("archive index: longer names than the cap are a failure, links count", "[tar]") {
  const auto archive = RawTar{}.file("a", "").header(link('2', "b", "long")).end();

  CHECK_FALSE(index_of(archive, {.archive_name_bytes = 6}).failure().has_value());
  const auto index = index_of(archive, {.archive_name_bytes = 5});
  REQUIRE(index.failure().has_value());
  CHECK(index.failure()->position == 512);
  CHECK(index.members().size() == 1);
}

TEST_CASE("archive index: links are followed from their own directory, also to later members", "[tar]") {
  RawTar archive;
  archive.header(link('2', "b/layer.tar", "../a/layer.tar")).header(link('2', "c", "./b/x/../layer.tar"));
  archive.file("a/layer.tar", "data").header(link('1', "d/hard", "./a/layer.tar"));

  const auto index = index_of(archive.end());

  CHECK(resolved(index, "b/layer.tar") == "a/layer.tar");
  CHECK(resolved(index, "c") == "a/layer.tar");
  CHECK(resolved(index, "d/hard") == "a/layer.tar");
  CHECK(resolved(index, "a/layer.tar") == "a/layer.tar");
}

TEST_CASE("archive index: links that lead to no file are refused with a reason", "[tar]") {
  RawTar archive;
  archive.header(link('2', "out", "../etc/passwd")).header(link('2', "absolute", "/etc/passwd"));
  archive.header(link('2', "x/far", "../../a")).header(link('2', "nowhere", "no")).header(link('1', "self", "self"));
  archive.header(link('2', "l1", "l2")).header(link('2', "l2", "l1")).header({.name = "dir", .type = '5'});
  archive.header(link('2', "to-dir", "dir")).header({.name = "pipe", .type = '6'});

  const auto index = index_of(archive.end());

  CHECK(resolved(index, "out") == "refused: out -> ../etc/passwd: the link leaves the archive");
  CHECK(resolved(index, "absolute") == "refused: absolute -> /etc/passwd: the link leaves the archive");
  CHECK(resolved(index, "x/far") == "refused: x/far -> ../../a: the link leaves the archive");
  CHECK(resolved(index, "nowhere") == "refused: nowhere -> no: the link leads to no member");
  CHECK(excerpt(resolved(index, "self"), "at most 40 links") == "at most 40 links");
  CHECK(excerpt(resolved(index, "l1"), "at most 40 links") == "at most 40 links");
  CHECK(resolved(index, "to-dir") == "refused: dir: expected a regular file, found a directory");
  CHECK(resolved(index, "pipe") == "refused: pipe: expected a regular file, found a special file");
  CHECK(resolved(index, "gone") == "refused: gone: no such member");
}

TEST_CASE("archive index: a sparse member is no regular file, whatever its sizes", "[tar]") {
  RawTar archive;
  archive.extension('x', test::pax_record("GNU.sparse.major", "1") + test::pax_record("GNU.sparse.minor", "0") +
                             test::pax_record("GNU.sparse.name", "s") +
                             test::pax_record("GNU.sparse.realsize", "1024"));
  archive.file("GNUSparseFile.0/s", std::string(1024, '0'));

  CHECK(excerpt(resolved(index_of(archive.end()), "s"), "a sparse file") == "a sparse file");
}

TEST_CASE("archive index: names that leave the archive keep their form and match nothing clean", "[tar]") {
  CHECK(normalise_member_name("./a/./b//c/") == "a/b/c");
  CHECK(normalise_member_name("../a") == "../a");
  CHECK(normalise_member_name("a/../b") == "a/../b");
  CHECK(normalise_member_name("/a") == "/a");
  CHECK(normalise_member_name("...") == "...");
  CHECK(normalise_member_name("./").empty());
}
