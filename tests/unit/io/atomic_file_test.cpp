#include "io/atomic_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <memory>

#include "support/catch.hpp"
#include "support/file_size_limit.hpp"
#include "support/ordinary_user.hpp"
#include "support/temp_dir.hpp"

namespace fs = std::filesystem;
using occy::Errc;
using occy::Error;
using occy::Side;
using occy::io::AtomicFile;
using occy::test::FileSizeLimit;
using occy::test::OrdinaryUser;
using occy::test::read_file;
using occy::test::TempDir;
using occy::test::write_file;
using Names = std::vector<std::string>;

namespace {

occy::Block bytes(std::string_view text) { return std::as_bytes(std::span(text)); }

void write_whole(const fs::path& path, std::string_view content) {
  AtomicFile file(path);
  file.file().write_at(bytes(content), 0);
  file.publish();
}

/// The error that opening `path` for writing gives.
Error refusal(const fs::path& path) {
  try {
    const AtomicFile file(path);
  } catch (const Error& error) {
    return error;
  }
  FAIL("no exception for " << path);
  throw std::logic_error("unreachable");
}

}  // namespace

TEST_CASE("atomic file: it appears whole when it is published", "[io]") {
  const TempDir directory;
  AtomicFile file(directory / "image.tar");
  file.file().write_at(bytes("content"), 0);
  CHECK_FALSE(fs::exists(directory / "image.tar"));

  file.publish();

  CHECK(read_file(directory / "image.tar") == "content");
  CHECK(directory.names() == Names{"image.tar"});
  CHECK(file.final_path() == directory / "image.tar");
}

TEST_CASE("atomic file: the temporary one lies hidden in the same directory", "[io]") {
  const TempDir directory;
  const AtomicFile file(directory / "image.tar");

  const Names names = directory.names();

  REQUIRE(names.size() == 1);
  CHECK(names[0].starts_with(".image.tar."));
  CHECK(names[0].ends_with(".tmp"));
}

TEST_CASE("atomic file: one that is not published leaves nothing, and the old one as it was", "[io]") {
  const TempDir directory;
  write_file(directory / "image.tar", "old");
  {
    AtomicFile file(directory / "image.tar");
    file.file().write_at(bytes("new"), 0);
  }

  CHECK(directory.names() == Names{"image.tar"});
  CHECK(read_file(directory / "image.tar") == "old");
}

TEST_CASE("atomic file: an old one is replaced", "[io]") {
  const TempDir directory;
  write_file(directory / "image.tar", "a longer old content");

  write_whole(directory / "image.tar", "new");

  CHECK(read_file(directory / "image.tar") == "new");
}

TEST_CASE("atomic file: the umask decides the mode", "[io]") {
  const TempDir directory;
  const mode_t before = ::umask(027);
  write_whole(directory / "image.tar", "x");
  ::umask(before);

  CHECK(fs::status(directory / "image.tar").permissions() == fs::perms{0640});
}

TEST_CASE("atomic file: a symbolic link stays, its target is replaced", "[io]") {
  const TempDir directory;
  fs::create_directory(directory / "real");
  write_file(directory / "real/file", "old");
  fs::create_symlink("real/file", directory / "second");
  fs::create_symlink(directory / "second", directory / "first");

  write_whole(directory / "first", "new");

  CHECK(fs::is_symlink(directory / "first"));
  CHECK(fs::is_symlink(directory / "second"));
  CHECK(read_file(directory / "real/file") == "new");
}

TEST_CASE("atomic file: the target of a dangling link is created", "[io]") {
  const TempDir directory;
  fs::create_symlink("target", directory / "link");

  write_whole(directory / "link", "new");

  CHECK(directory.names() == Names{"link", "target"});
  CHECK(read_file(directory / "target") == "new");
}

TEST_CASE("atomic file: a loop of links is refused", "[io]") {
  const TempDir directory;
  fs::create_symlink("b", directory / "a");
  fs::create_symlink("a", directory / "b");

  CHECK(refusal(directory / "a").code() == Errc::destination);
}

TEST_CASE("atomic file: what is no regular file is refused by its kind and stays", "[io]") {
  const TempDir directory;
  fs::create_directory(directory / "d");
  REQUIRE(::mkfifo((directory / "fifo").c_str(), 0600) == 0);
  const std::vector<std::pair<fs::path, std::string>> cases = {{directory / "d", "a directory"},
                                                               {directory / "fifo", "a fifo"},
                                                               {"/dev/null", "a device"},
                                                               {".", "a directory"}};
  for (const auto& [path, kind] : cases) {
    const Error error = refusal(path);

    CHECK(error.code() == Errc::destination);
    CHECK(error.side() == Side::output);
    CHECK(error.detail().found == kind);
    CHECK_FALSE(error.detail().hint.empty());
  }
  CHECK(directory.names() == Names{"d", "fifo"});
}

TEST_CASE("atomic file: a name that ends in a slash, or none, is refused", "[io]") {
  const TempDir directory;

  CHECK(refusal(directory / "image/").code() == Errc::destination);
  CHECK(refusal("").code() == Errc::destination);
}

TEST_CASE("atomic file: a parent that is missing or a file is refused with a hint", "[io]") {
  const TempDir directory;
  write_file(directory / "f", "x");

  const Error missing = refusal(directory / "none/image.tar");
  CHECK(missing.code() == Errc::destination);
  CHECK(missing.detail().found == "No such file or directory");
  CHECK_FALSE(missing.detail().hint.empty());
  CHECK(refusal(directory / "f/image.tar").code() == Errc::destination);
}

TEST_CASE("atomic file: a directory without permission to write is refused", "[io]") {
  const TempDir directory = TempDir::for_every_user();
  fs::create_directory(directory / "d");
  fs::permissions(directory / "d", fs::perms{0555});
  const OrdinaryUser user;

  const Error error = refusal(directory / "d/image.tar");

  CHECK(error.code() == Errc::destination);
  CHECK(error.detail().found == "Permission denied");
  CHECK_FALSE(error.detail().hint.empty());
}

TEST_CASE("atomic file: a directory that may be written but not listed will do", "[io]") {
  const TempDir directory = TempDir::for_every_user();
  fs::create_directory(directory / "d");
  fs::permissions(directory / "d", fs::perms{0333});
  {
    const OrdinaryUser user;
    write_whole(directory / "d/image.tar", "x");
  }

  fs::permissions(directory / "d", fs::perms{0755});
  CHECK(read_file(directory / "d/image.tar") == "x");
}

TEST_CASE("atomic file: the longest name there is works, one byte more is refused at once", "[io]") {
  const TempDir directory;
  const std::string name(255, 'n');

  write_whole(directory / name, "x");

  CHECK(directory.names() == Names{name});
  CHECK(refusal(directory / (name + "n")).code() == Errc::destination);
}

TEST_CASE("atomic file: a long name is not cut inside a character", "[io]") {
  const TempDir directory;
  std::string name = "nn";  // so that a cut at a round number falls inside a character
  while (name.size() < 200) name += "\xe2\x82\xac";
  const AtomicFile file(directory / name);

  const std::string temporary = directory.names().at(0);

  CHECK(occy::printable(temporary) == temporary);
}

TEST_CASE("atomic file: a write that the disk refuses is an error and leaves nothing", "[io]") {
  const TempDir directory;
  write_file(directory / "image.tar", "old");
  const std::string content(100'000, 'x');
  const FileSizeLimit limit(50'000);

  CHECK_THROWS_WITH(write_whole(directory / "image.tar", content),
                    Catch::Matchers::EndsWith("at byte 50000: File too large"));

  CHECK(directory.names() == Names{"image.tar"});
  CHECK(read_file(directory / "image.tar") == "old");
}

TEST_CASE("atomic file: a rename that fails leaves nothing of ours", "[io]") {
  const TempDir directory;
  auto file = std::make_unique<AtomicFile>(directory / "image.tar");
  fs::create_directory(directory / "image.tar");  // somebody was faster

  CHECK_THROWS_AS(file->publish(), Error);
  file.reset();

  CHECK(directory.names() == Names{"image.tar"});
  CHECK(fs::is_directory(directory / "image.tar"));
}

TEST_CASE("atomic file: a directory that is renamed meanwhile does not matter", "[io]") {
  const TempDir directory;
  fs::create_directory(directory / "before");
  AtomicFile file(directory / "before/image.tar");
  file.file().write_at(bytes("x"), 0);
  fs::rename(directory / "before", directory / "after");

  file.publish();

  CHECK(read_file(directory / "after/image.tar") == "x");
}

TEST_CASE("atomic file: two writers of one name are each whole, the last one stays", "[io]") {
  const TempDir directory;
  AtomicFile first(directory / "image.tar");
  AtomicFile second(directory / "image.tar");
  first.file().write_at(bytes("first"), 0);
  second.file().write_at(bytes("second"), 0);

  second.publish();
  first.publish();

  CHECK(read_file(directory / "image.tar") == "first");
  CHECK(directory.names() == Names{"image.tar"});
}
