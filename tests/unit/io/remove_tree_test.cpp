#include "io/remove_tree.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/directory.hpp"
#include "support/catch.hpp"
#include "support/ordinary_user.hpp"
#include "support/temp_dir.hpp"

namespace fs = std::filesystem;
using occy::io::remove_tree;
using occy::test::OrdinaryUser;
using occy::test::TempDir;
using occy::test::write_file;
using Names = std::vector<std::string>;

namespace {

void remove_in(const TempDir& directory, const std::string& name) {
  const auto parent = occy::io::open_directory(directory.path());
  remove_tree(parent.descriptor(), name);
}

}  // namespace

TEST_CASE("remove tree: files, directories, links and fifos go, and nothing beside them", "[io]") {
  const TempDir directory;
  fs::create_directories(directory / "tree/a/b/c");
  fs::create_directories(directory / "tree/a/d");
  write_file(directory / "tree/a/b/file", "x");
  REQUIRE(::mkfifo((directory / "tree/a/fifo").c_str(), 0600) == 0);
  write_file(directory / "neighbour", "x");

  remove_in(directory, "tree");

  CHECK(directory.names() == Names{"neighbour"});
}

TEST_CASE("remove tree: links are removed, what they lead to is not", "[io]") {
  const TempDir directory;
  fs::create_directories(directory / "outside/kept");
  fs::create_directory(directory / "tree");
  fs::create_directory_symlink(directory / "outside", directory / "tree/link");
  fs::create_directory_symlink("../outside", directory / "link");

  remove_in(directory, "tree");
  remove_in(directory, "link");

  CHECK(directory.names() == Names{"outside"});
  CHECK(fs::exists(directory / "outside/kept"));
}

TEST_CASE("remove tree: directories that may not be written or read go too", "[io]") {
  const TempDir directory = TempDir::for_every_user();
  fs::permissions(directory.path(), fs::perms::all);
  const OrdinaryUser ordinary;
  fs::create_directories(directory / "tree/locked/inner");
  write_file(directory / "tree/locked/file", "x");
  fs::permissions(directory / "tree/locked/inner", fs::perms::none);
  fs::permissions(directory / "tree/locked", fs::perms::owner_read);

  remove_in(directory, "tree");

  CHECK(directory.names().empty());
}

TEST_CASE("remove tree: a tree deeper than a path may be long goes", "[io]") {
  const TempDir directory;
  constexpr int kDepth = 3000;
  int current = ::open(directory.path().c_str(), O_RDONLY | O_DIRECTORY);
  for (int i = 0; i < kDepth; ++i) {
    REQUIRE(::mkdirat(current, "deep", 0700) == 0);
    const int next = ::openat(current, "deep", O_RDONLY | O_DIRECTORY);
    ::close(current);
    current = next;
  }
  ::close(current);

  remove_in(directory, "deep");

  CHECK(directory.names().empty());
}

TEST_CASE("remove tree: what is not there is no trouble", "[io]") {
  const TempDir directory;

  remove_in(directory, "nothing");

  CHECK(directory.names().empty());
}
