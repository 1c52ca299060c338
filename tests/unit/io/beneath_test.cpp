#include "io/beneath.hpp"

#include <sys/stat.h>

#include "io/directory.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temp_dir.hpp"

namespace fs = std::filesystem;
using namespace occy::io;
using occy::Errc;
using occy::Error;
using occy::Side;
using occy::test::error_of;
using occy::test::TempDir;
using occy::test::write_file;

TEST_CASE("beneath: a file is read by a path of several parts", "[io]") {
  const TempDir directory;
  fs::create_directories(directory / "a/b");
  write_file(directory / "a/b/c", "content");
  const File root = open_directory(directory.path());

  CHECK(read_beneath(root, "a/b/c", Side::input, 7) == "content");
  CHECK(error_of([&] { static_cast<void>(read_beneath(root, "a/b/c", Side::input, 6)); }).code() == Errc::limit);
  CHECK(stamp_beneath(root, "a/b/c").has_value());
  CHECK(stamp_beneath(root, "a/b/c") == open_beneath(root, "a/b/c", Side::input).stamp());
}

TEST_CASE("beneath: what leads out, or is no regular file, is not there", "[io]") {
  const TempDir directory;
  fs::create_directories(directory / "root/inner");
  write_file(directory / "secret", "x");
  write_file(directory / "root/inner/file", "x");
  fs::create_symlink("../secret", directory / "root/link");
  fs::create_symlink("inner/file", directory / "root/inside");
  fs::create_directory_symlink("..", directory / "root/up");
  REQUIRE(::mkfifo((directory / "root/fifo").c_str(), 0600) == 0);
  const File root = open_directory(directory / "root");

  for (const char* name : {"../secret", "link", "inside", "up/secret", "inner", "fifo", "inner/file/x", "none", "",
                           "inner//file", "/etc/passwd"}) {
    INFO(name);
    const Error error = error_of([&] { static_cast<void>(open_beneath(root, name, Side::input)); });
    CHECK(error.code() == Errc::not_found);
    CHECK_FALSE(stamp_beneath(root, name).has_value());
  }
}
