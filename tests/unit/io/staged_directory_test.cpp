#include "io/staged_directory.hpp"

#include <sys/mount.h>
#include <sys/stat.h>

#include <memory>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/ordinary_user.hpp"
#include "support/temp_dir.hpp"

namespace fs = std::filesystem;
using occy::Errc;
using occy::Error;
using occy::Side;
using occy::io::StagedDirectory;
using occy::io::Unsynced;
using occy::test::error_of;
using occy::test::OrdinaryUser;
using occy::test::read_file;
using occy::test::TempDir;
using occy::test::write_file;
using Names = std::vector<std::string>;

namespace {

Error staging_refusal(const fs::path& path) {
  return error_of([&] { const StagedDirectory staged(path); });
}

/// The umask, for the life of the object.
class Umask {
 public:
  explicit Umask(mode_t mask) : before_(::umask(mask)) {}
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;
  ~Umask() { ::umask(before_); }

 private:
  mode_t before_;
};

fs::perms mode_of(const fs::path& path) { return fs::status(path).permissions(); }

}  // namespace

TEST_CASE("staged directory: it appears whole when it is published", "[io]") {
  const auto unsynced = GENERATE(Unsynced::names, Unsynced::everything);
  const TempDir directory;
  StagedDirectory staged(directory / "image");
  write_file(staged.path() / "file", "content");
  CHECK_FALSE(fs::exists(directory / "image"));

  staged.publish(unsynced);

  CHECK(read_file(directory / "image/file") == "content");
  CHECK(directory.names() == Names{"image"});
}

TEST_CASE("staged directory: destroyed before, it leaves nothing, whatever is in it", "[io]") {
  const TempDir directory;
  fs::create_directory(directory / "outside");
  {
    const StagedDirectory staged(directory / "image");
    CHECK(directory.names().front().starts_with(".image."));
    fs::create_directories(staged.path() / "a/b");
    fs::create_directory_symlink(directory / "outside", staged.path() / "a/link");
    fs::permissions(staged.path() / "a", fs::perms::owner_read | fs::perms::owner_exec);
  }

  CHECK(directory.names() == Names{"outside"});
}

TEST_CASE("staged directory: it takes the place of an empty one, and is no wider than that", "[io]") {
  const TempDir directory;
  const Umask umask(0022);
  fs::create_directory(directory / "image");
  fs::permissions(directory / "image", fs::perms::owner_all);
  StagedDirectory staged(directory / "image");
  write_file(staged.path() / "file", "content");

  staged.publish(Unsynced::names);

  CHECK(directory.names() == Names{"image"});
  CHECK(read_file(directory / "image/file") == "content");
  CHECK(mode_of(directory / "image") == fs::perms::owner_all);
}

TEST_CASE("staged directory: a new one has the mode that the umask leaves", "[io]") {
  const auto mask = GENERATE(mode_t{0}, mode_t{0022}, mode_t{0077});
  const TempDir directory;
  const Umask umask(mask);
  StagedDirectory staged(directory / "image");

  staged.publish(Unsynced::names);

  CHECK(mode_of(directory / "image") == fs::perms(0777U & ~mask));
}

TEST_CASE("staged directory: a symbolic link is followed", "[io]") {
  const TempDir directory;
  fs::create_directory(directory / "real");
  fs::create_symlink("real/image", directory / "link");
  StagedDirectory staged(directory / "link");

  staged.publish(Unsynced::names);

  CHECK(fs::is_directory(directory / "real/image"));
  CHECK(fs::is_symlink(directory / "link"));
}

TEST_CASE("staged directory: a trailing slash is no other name", "[io]") {
  const TempDir directory;
  StagedDirectory staged((directory / "image").string() + "/");

  staged.publish(Unsynced::names);

  CHECK(directory.names() == Names{"image"});
}

TEST_CASE("staged directory: what cannot be replaced is refused before anything is written", "[io]") {
  const TempDir directory;
  fs::create_directory(directory / "filled");
  write_file(directory / "filled/file", "x");
  write_file(directory / "file", "x");

  for (const char* name : {"filled", "file", "missing/image", "file/image"}) {
    INFO(name);
    const Error error = staging_refusal(directory / name);
    CHECK(error.code() == Errc::destination);
    CHECK(error.side() == Side::output);
    CHECK_FALSE(error.detail().hint.empty());
  }
  CHECK(directory.names() == Names{"file", "filled"});
}

TEST_CASE("staged directory: the current directory is not replaced", "[io]") {
  const TempDir directory;
  fs::create_directory(directory / "here");
  const fs::path before = fs::current_path();
  fs::current_path(directory / "here");

  const Error here = staging_refusal(".");
  fs::current_path(before);

  CHECK(here.code() == Errc::destination);
  CHECK(here.detail().found == "the current directory");
  CHECK(directory.names() == Names{"here"});
}

TEST_CASE("staged directory: where a file system is mounted, nothing is replaced", "[io]") {
  const TempDir directory;
  fs::create_directory(directory / "mounted");
  if (::mount("none", (directory / "mounted").c_str(), "tmpfs", 0, "size=64k") != 0) {
    WARN("skipped: nothing may be mounted here");
    return;
  }

  const Error error = staging_refusal(directory / "mounted");
  ::umount((directory / "mounted").c_str());

  CHECK(error.code() == Errc::destination);
  CHECK(error.detail().found == "a directory where a file system is mounted");
  CHECK(directory.names() == Names{"mounted"});
}

TEST_CASE("staged directory: a parent that may not be written is refused", "[io]") {
  const TempDir directory;
  fs::permissions(directory.path(), fs::perms::owner_read | fs::perms::owner_exec);
  const OrdinaryUser ordinary;

  CHECK(staging_refusal(directory / "image").code() == Errc::destination);
}

TEST_CASE("staged directory: a place that another has filled meanwhile is left alone", "[io]") {
  const TempDir directory;
  {
    StagedDirectory staged(directory / "image");
    write_file(staged.path() / "file", "ours");
    fs::create_directory(directory / "image");
    write_file(directory / "image/file", "theirs");

    const Error error = error_of([&] { staged.publish(Unsynced::names); });

    CHECK(error.code() == Errc::destination);
  }
  CHECK(directory.names() == Names{"image"});
  CHECK(read_file(directory / "image/file") == "theirs");
}

TEST_CASE("staged directory: of two, the first one wins", "[io]") {
  const TempDir directory;
  StagedDirectory first(directory / "image");
  auto second = std::make_unique<StagedDirectory>(directory / "image");
  write_file(first.path() / "file", "first");
  write_file(second->path() / "file", "second");

  first.publish(Unsynced::names);

  CHECK_THROWS_AS(second->publish(Unsynced::names), Error);
  second.reset();
  CHECK(read_file(directory / "image/file") == "first");
  CHECK(directory.names() == Names{"image"});
}
