#include "tar/judge.hpp"

#include <string>

#include "io/file_source.hpp"
#include "occy/error.hpp"
#include "support/archive_file.hpp"
#include "support/catch.hpp"
#include "support/raw_tar.hpp"
#include "tar/encoder.hpp"

using namespace occy;
using namespace occy::tar;
using test::ArchiveFile;
using test::RawTar;

namespace {

class FailingSource final : public BlockSource {
 public:
  Block next() override { throw Error(Errc::io, Side::input, {.subject = "disk", .what = "broken"}); }
};

RawTar some_archive() {
  RawTar archive;
  archive.extension('x', test::pax_record("path", "./größe/")).header({.name = "short", .type = '5'});
  archive.file("größe/文件", std::string(70'000, 'x')).header({.name = "l", .type = '2', .link = "../t"});
  return archive.header({.name = "h", .type = '1', .link = "./größe/文件"}).end();
}

}  // namespace

TEST_CASE("judge: sees names, types, links and sizes as the index does, in any locale", "[tar]") {
  const ArchiveFile archive(some_archive().bytes());

  const auto members = judge_archive(archive.file()).value();

  const auto index = ArchiveIndex::build(archive.file());
  REQUIRE(members.size() == index.members().size());
  for (std::size_t i = 0; i < members.size(); ++i) {
    CHECK(members[i].name == index.members()[i].name);
    CHECK(members[i].type == index.members()[i].type);
    CHECK(members[i].link == index.members()[i].link);
    CHECK(members[i].size == index.members()[i].size);
  }
}

TEST_CASE("judge: reads a stream like a file", "[tar]") {
  const ArchiveFile archive(some_archive().bytes());
  io::FileRangeSource source(archive.file(), 0, archive.file().size());

  const auto members = judge_archive(source, 100);

  REQUIRE(members.has_value());
  CHECK(members->size() == 4);
}

TEST_CASE("judge: refuses what is no archive, in libarchive's words", "[tar]") {
  const ArchiveFile rubbish(test::bytes_of(std::string(2048, 'r')));

  const auto members = judge_archive(rubbish.file());

  REQUIRE_FALSE(members.has_value());
  CHECK_FALSE(members.error().message.empty());
}

TEST_CASE("judge: refuses more entries than asked for", "[tar]") {
  const ArchiveFile archive(some_archive().bytes());
  io::FileRangeSource source(archive.file(), 0, archive.file().size());

  CHECK_FALSE(judge_archive(source, 3).has_value());
}

TEST_CASE("judge: an error of the source comes through libarchive unchanged", "[tar]") {
  FailingSource source;

  CHECK_THROWS_AS((void)judge_archive(source, 10), Error);
}

TEST_CASE("judge: agrees with what the encoder writes", "[tar]") {
  std::vector<std::byte> archive;
  const std::vector<Entry> entries{{.path = std::string(150, 'd') + "/" + std::string(99, 'n')},
                                   {.path = std::string(400, 'p') + "/", .type = EntryType::directory},
                                   {.path = "link", .type = EntryType::symbolic_link, .link = std::string(300, 't')},
                                   {.path = "file", .stored_size = 1024, .mtime = {-5, 1}}};
  for (const auto& entry : entries) {
    const auto blocks = encode_header(entry);
    archive.insert(archive.end(), blocks.begin(), blocks.end());
    archive.resize(archive.size() + entry.stored_size);
  }
  archive.resize(archive.size() + kEndOfArchive.size());

  const auto members = judge_archive(ArchiveFile(archive).file()).value();

  REQUIRE(members.size() == entries.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    CHECK(members[i].name == normalise_member_name(entries[i].path));
    CHECK(members[i].type == entries[i].type);
    CHECK(members[i].link == entries[i].link);
    CHECK(members[i].size == entries[i].stored_size);
  }
}
