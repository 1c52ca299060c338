#include <filesystem>
#include <fstream>

#include "occy/error.hpp"
#include "occy/uri.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"

namespace occy {

TEST_CASE("uri: one file under two names is found", "[uri]") {
  const test::TempDir directory;
  const auto file = directory.path() / "image.tar";
  std::ofstream(file) << "x";
  std::filesystem::create_symlink("image.tar", directory.path() / "symbolic.tar");
  std::filesystem::create_hard_link(file, directory.path() / "hard.tar");
  const std::string name = GENERATE("image.tar", "symbolic.tar", "hard.tar", "./image.tar");

  try {
    require_distinct("tar://" + file.string(), "tar://" + (directory.path() / name).string() + "?name=a:1");
    FAIL("it did not throw");
  } catch (const Error& error) {
    CHECK(error.code() == Errc::destination);
    CHECK(error.side() == Side::usage);
  }
}

TEST_CASE("uri: other files, files that are not there, and engines are distinct", "[uri]") {
  const test::TempDir directory;
  const std::string file = "tar://" + (directory.path() / "image.tar").string();
  std::ofstream(directory.path() / "image.tar") << "x";
  std::ofstream(directory.path() / "other.tar") << "x";

  CHECK_NOTHROW(require_distinct(file, "tar://" + (directory.path() / "other.tar").string()));
  CHECK_NOTHROW(require_distinct(file, "tar://" + (directory.path() / "none.tar").string()));
  CHECK_NOTHROW(require_distinct(file, "docker://image.tar"));
  CHECK_NOTHROW(require_distinct("docker://debian:12", "docker://debian:12"));
}

}  // namespace occy
