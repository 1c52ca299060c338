#include "tree/root_directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using namespace occy::tree;
using test::TempDir;

namespace {

namespace fs = std::filesystem;

RootDirectory any_root(const TempDir& directory) {
  const auto root = directory / "root";
  fs::create_directories(root / "usr/lib");
  fs::create_directories(directory / "outside/secret");
  fs::create_directory_symlink("usr", root / "link");
  fs::create_directory_symlink("../outside", root / "out");
  fs::create_directory_symlink((directory / "outside").string(), root / "absolute");
  test::write_file(root / "file", "x");
  const auto descent = GENERATE(Descent::kernel, Descent::components);
  return RootDirectory({::open(root.c_str(), O_RDONLY | O_DIRECTORY), root, Side::output}, descent);
}

bool is_same(const io::File& opened, const fs::path& path) {
  struct stat one {};
  struct stat other {};
  return ::fstat(opened.descriptor(), &one) == 0 && ::stat(path.c_str(), &other) == 0 && one.st_ino == other.st_ino;
}

}  // namespace

TEST_CASE("root directory: directories below are found, and the root itself", "[tree]") {
  const TempDir directory;
  const auto root = any_root(directory);

  CHECK(is_same(root.find("").value(), directory / "root"));
  CHECK(is_same(root.find("usr/lib").value(), directory / "root/usr/lib"));
}

TEST_CASE("root directory: a link, a file, a missing name are no directories", "[tree]") {
  const TempDir directory;
  const auto root = any_root(directory);

  for (const char* path :
       {"link", "link/lib", "out", "out/secret", "absolute/secret", "file", "file/x", "none", "usr/none"})
    CHECK_FALSE(root.find(path).has_value());
}

TEST_CASE("root directory: links are followed within the root only", "[tree]") {
  const TempDir directory;
  const auto root = any_root(directory);

  CHECK(root.resolve("link/lib").directory == "usr/lib");
  CHECK(root.resolve("out/secret").directory.empty());
  CHECK(root.resolve("out/secret").missing == std::vector<std::string>{"outside", "secret"});
  CHECK(root.resolve("absolute/secret").directory.empty());
}

TEST_CASE("root directory: a look says what stands there", "[tree]") {
  const TempDir directory;
  const auto root = any_root(directory);

  CHECK(root.look("usr").kind == Sight::Kind::directory);
  CHECK(root.look("file").kind == Sight::Kind::other);
  CHECK(root.look("none").kind == Sight::Kind::missing);
  CHECK(root.look("link/lib").kind == Sight::Kind::missing);
  CHECK(root.look("out").kind == Sight::Kind::link);
  CHECK(root.look("out").target == "../outside");
}
