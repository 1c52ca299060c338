#include "tree/walk.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using namespace occy::tree;
using test::TempDir;

namespace {

namespace fs = std::filesystem;

io::File open_directory(const fs::path& path) {
  return {::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC), path, Side::verify};
}

/// What a walk says, in its order.
struct Diary final : TreeVisitor {
  Below visit(const FoundName& found) override {
    text += std::string(found.type == EntryType::directory ? "+" : "") + found.path + " ";
    return found.name == skipped ? Below::skip : Below::visit;
  }
  void leave(const FoundName& found) override { text += "-" + found.path + " "; }

  std::string skipped = {};
  std::string text = {};
};

}  // namespace

TEST_CASE("walk: every name comes once, sorted, and a directory is left after what is in it", "[tree]") {
  const TempDir directory;
  fs::create_directories(directory / "b/c");
  test::write_file(directory / "b/c/deep", "");
  test::write_file(directory / "b/a", "");
  test::write_file(directory / "z", "");
  fs::create_directory_symlink("b", directory / "link");
  Diary diary;

  walk_tree(open_directory(directory.path()), diary);

  CHECK(diary.text == "+b b/a +b/c b/c/deep -b/c -b link z ");
}

TEST_CASE("walk: a directory can be skipped", "[tree]") {
  const TempDir directory;
  fs::create_directories(directory / "a/in");
  fs::create_directories(directory / "b/in");
  Diary diary;
  diary.skipped = "a";

  walk_tree(open_directory(directory.path()), diary);

  CHECK(diary.text == "+a +b +b/in -b/in -b ");
}

TEST_CASE("walk: a tree deeper than a path may be long takes a handful of descriptors", "[tree]") {
  const TempDir directory;
  const std::string name(200, 'd');
  int here = ::open(directory.path().c_str(), O_RDONLY | O_DIRECTORY);
  for (int depth = 0; depth < 100; ++depth) {
    REQUIRE(::mkdirat(here, name.c_str(), 0700) == 0);
    const int next = ::openat(here, name.c_str(), O_RDONLY | O_DIRECTORY);
    ::close(here);
    here = next;
  }
  ::close(here);
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit tight{.rlim_cur = 16, .rlim_max = before.rlim_max};
  struct Remover final : TreeVisitor {
    Below visit(const FoundName&) override { return Below::visit; }
    void leave(const FoundName& found) override {
      removed += ::unlinkat(found.directory.descriptor(), found.name.c_str(), AT_REMOVEDIR) == 0 ? 1 : 0;
    }
    int removed = 0;
  } remover;

  ::setrlimit(RLIMIT_NOFILE, &tight);
  walk_tree(open_directory(directory.path()), remover);
  ::setrlimit(RLIMIT_NOFILE, &before);

  CHECK(remover.removed == 100);
}
