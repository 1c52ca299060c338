#include "io/temporary_directory.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/directory.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace fs = std::filesystem;
using namespace occy::io;
using occy::test::TempDir;
using occy::test::write_file;

namespace {

/// Leaves a temporary directory as a killed process does.
void abandon(const TempDir& directory) {
  const pid_t child = ::fork();
  if (child == 0) {
    const File parent = open_directory(directory.path());
    const TemporaryDirectory made(parent, "part", directory.path());
    ::_exit(::mkdirat(made.directory().descriptor(), "inner", 0700));
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(status == 0);
}

}  // namespace

TEST_CASE("temporary directory: it is gone with its owner", "[io]") {
  const TempDir directory;
  const File parent = open_directory(directory.path());
  {
    const TemporaryDirectory made(parent, "part", directory.path());
    REQUIRE(directory.names().size() == 1);
    CHECK(directory.names().front() == made.name());
    write_file(directory / made.name() / "file", "x");
  }

  CHECK(directory.names().empty());
}

TEST_CASE("temporary directory: one that was released stays", "[io]") {
  const TempDir directory;
  const File parent = open_directory(directory.path());
  {
    TemporaryDirectory made(parent, "part", directory.path());
    made.release();
  }

  CHECK(directory.names().size() == 1);
}

TEST_CASE("temporary directory: what a dead process left is removed, what a living one has is not", "[io]") {
  const TempDir directory;
  const File parent = open_directory(directory.path());
  abandon(directory);
  const TemporaryDirectory living(parent, "part", directory.path());
  const TemporaryDirectory other(parent, "other", directory.path());
  REQUIRE(directory.names().size() == 3);

  remove_abandoned(parent, "part");

  CHECK(directory.names() == std::vector<std::string>{other.name(), living.name()});
}

TEST_CASE("temporary directory: a parent that cannot be written is a destination error", "[io]") {
  const TempDir directory;
  fs::create_directory(directory / "gone");
  const File parent = open_directory(directory / "gone");
  fs::remove(directory / "gone");

  try {
    const TemporaryDirectory made(parent, "part", "/store");
    FAIL("made a directory in a directory that is gone");
  } catch (const occy::Error& error) {
    CHECK(error.code() == occy::Errc::destination);
    CHECK(error.detail().subject == "/store");
  }
}
