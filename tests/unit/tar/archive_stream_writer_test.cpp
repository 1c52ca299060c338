#include "tar/archive_stream_writer.hpp"

#include <string>
#include <vector>

#include "support/archive_members.hpp"
#include "support/catch.hpp"

using namespace occy;

namespace {

Block as_block(std::string_view text) { return std::as_bytes(std::span{text}); }

struct Archive {
  std::string bytes;
  tar::ArchiveStreamWriter writer{
      [this](Block block) { bytes.append(reinterpret_cast<const char*>(block.data()), block.size()); }};
};

Errc code_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  FAIL("nothing was thrown");
  return Errc::io;
}

}  // namespace

TEST_CASE("archive stream: members are readable files of root, padded, and the end is two zero blocks", "[tar]") {
  Archive archive;

  archive.writer.add_member("a.json", "{}");
  archive.writer.begin_member("b", 600);
  archive.writer.write(as_block(std::string(500, 'x')));
  archive.writer.write(as_block(std::string(100, 'y')));
  archive.writer.end_member();
  archive.writer.add_member("empty", "");
  archive.writer.end_archive();

  CHECK(test::archive_members(archive.bytes) ==
        test::ArchiveMembers{
            {"a.json", "{}"}, {"b", std::string(500, 'x') + std::string(100, 'y')}, {"empty", std::string{}}});
  CHECK(archive.bytes.substr(100, 8) == std::string("0000644\0", 8));
}

TEST_CASE("archive stream: a member that gets too many bytes is refused before they are put", "[tar]") {
  Archive archive;
  archive.writer.begin_member("layer", 3);
  const auto before = archive.bytes;

  CHECK(code_of([&] { archive.writer.write(as_block("four")); }) == Errc::size_mismatch);

  CHECK(archive.bytes == before);
}

TEST_CASE("archive stream: a member that lacks bytes cannot be ended", "[tar]") {
  Archive archive;
  archive.writer.begin_member("layer", 3);
  archive.writer.write(as_block("ab"));

  CHECK(code_of([&] { archive.writer.end_member(); }) == Errc::size_mismatch);
}

TEST_CASE("archive stream: a member that lacks bytes can be filled", "[tar]") {
  const std::size_t size = GENERATE(2U, 3U, 513U, 200'001U);
  Archive archive;
  archive.writer.begin_member("layer", size);
  archive.writer.write(as_block("ab"));

  archive.writer.fill_member();
  archive.writer.add_member("next", "c");
  archive.writer.end_archive();

  CHECK((test::archive_members(archive.bytes) ==
         test::ArchiveMembers{{"layer", "ab" + std::string(size - 2, '\0')}, {"next", "c"}}));
}
