#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <optional>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/extracted_tree.hpp"

using namespace occy;
using namespace occy::test;

namespace {

bool is_root() { return ::geteuid() == 0; }

std::optional<std::string> xattr(const std::filesystem::path& path, const char* name) {
  std::string value(1024, '\0');
  const auto size = ::lgetxattr(path.c_str(), name, value.data(), value.size());
  if (size < 0) return std::nullopt;
  value.resize(static_cast<std::size_t>(size));
  return value;
}

tree::ExtractorOptions recorded() { return {.ownership = tree::Ownership::recorded}; }

Entry owned(Entry entry, std::int64_t uid, std::int64_t gid) {
  entry.uid = uid;
  entry.gid = gid;
  return entry;
}

Entry device(std::string path) {
  auto entry = entry_of(EntryType::character_device, std::move(path), 0666);
  entry.device_major = 1;
  entry.device_minor = 3;
  return entry;
}

}  // namespace

TEST_CASE("extractor: modes are the image's, whatever the umask", "[tree]") {
  if (!is_root()) {
    WARN("skipped: others than root keep no set-user-id bit");
    return;
  }
  const auto mask = ::umask(077);
  ExtractedTree tree;

  tree.layer(LayerBuilder()
                 .directory("d/", 02775)
                 .file("d/setuid", "x", 04755)
                 .file("closed", "x", 0)
                 .directory("sticky/", 01777));
  tree.extractor().finish();
  ::umask(mask);

  CHECK((tree.status("d").st_mode & 07777U) == 02775);
  CHECK((tree.status("d/setuid").st_mode & 07777U) == 04755);
  CHECK((tree.status("closed").st_mode & 07777U) == 0);
  CHECK((tree.status("sticky").st_mode & 07777U) == 01777);
}

TEST_CASE("extractor: owners are the image's, also large ones, and set-user-id bits survive them", "[tree]") {
  if (!is_root()) {
    WARN("skipped: needs root");
    return;
  }
  ExtractedTree tree;
  auto link = owned(entry_of(EntryType::symbolic_link, "link"), 7, 8);
  link.link = "nowhere";

  tree.layer(LayerBuilder()
                 .add(owned(entry_of(EntryType::file, "file", 06755), 1000, 3'000'000'000))
                 .add(owned(entry_of(EntryType::directory, "d/", 0755), 5, 6))
                 .add(link));
  tree.extractor().finish();

  CHECK(tree.status("file").st_uid == 1000);
  CHECK(tree.status("file").st_gid == 3'000'000'000);
  CHECK((tree.status("file").st_mode & 07777U) == 06755);
  CHECK(tree.status("d").st_gid == 6);
  CHECK(tree.status("link").st_uid == 7);
}

TEST_CASE("extractor: an owner that no file can have is refused", "[tree]") {
  for (const std::int64_t id : {std::int64_t{-1}, std::int64_t{4'294'967'295}}) {
    ExtractedTree tree;
    const auto error = error_of([&] { tree.layer(LayerBuilder().add(owned(entry_of(EntryType::file, "f"), id, 0))); });
    CHECK(error.code() == Errc::bad_archive);
    CHECK(std::string(error.what()).find("layer: f") != std::string::npos);
  }
}

TEST_CASE("extractor: times are the image's with their nanoseconds, of directories too", "[tree]") {
  ExtractedTree tree;
  auto file = entry_of(EntryType::file, "d/file");
  file.mtime = {1'500'000'000, 123'456'789};
  auto directory = entry_of(EntryType::directory, "d/", 0755);
  directory.mtime = {1'400'000'000, 5};

  tree.layer(LayerBuilder().add(directory).add(file, "x"));
  tree.layer(LayerBuilder().file("d/later", "x"));
  tree.extractor().finish();

  CHECK(tree.status("d/file").st_mtim.tv_nsec == 123'456'789);
  CHECK(tree.status("d").st_mtim.tv_sec == 1'400'000'000);
  CHECK(tree.status("d").st_mtim.tv_nsec == 5);
}

TEST_CASE("extractor: a directory without an entry has nothing of one that its layer hides", "[tree]") {
  const auto [marker, reset] = GENERATE(table<std::string, std::string>({{".wh.d", "d"}, {"d/.wh..wh..opq", "d/a"}}));
  ExtractedTree tree;
  LayerBuilder lower;
  for (const char* path : {"d/", "d/a/", "d/a/b/"})
    lower.add(with_xattr(entry_of(EntryType::directory, path, 0700), "user.note", "lower"));
  tree.layer(lower);

  tree.layer(LayerBuilder().file("d/a/b/new", "x").directory("d/c/", 0711).file("d/c/new", "x").file(marker));
  tree.extractor().finish();

  for (const std::string& path : {reset, std::string("d/a"), std::string("d/a/b")}) {
    CAPTURE(path);
    CHECK((tree.status(path).st_mode & 07777U) == 0755);
    CHECK(xattr(tree.path(path), "user.note") == std::nullopt);
  }
  CHECK((tree.status("d/c").st_mode & 07777U) == 0711);
}

TEST_CASE("extractor: extended attributes are there, capabilities too", "[tree]") {
  ExtractedTree tree;
  const std::string capability("\x01\x00\x00\x02\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 20);

  tree.layer(
      LayerBuilder()
          .add(with_xattr(entry_of(EntryType::file, "file", 0755), "user.note", std::string("a\0b", 3)), "x")
          .add(with_xattr(entry_of(EntryType::directory, "d/", 0755), "user.note", "dir"))
          .add(with_xattr(owned(entry_of(EntryType::file, "cap", 0755), 3, 3), "security.capability", capability)));
  tree.extractor().finish();

  CHECK(xattr(tree.path("file"), "user.note") == std::string("a\0b", 3));
  CHECK(xattr(tree.path("d"), "user.note") == "dir");
  if (is_root()) {
    CHECK(xattr(tree.path("cap"), "security.capability") == capability);
    CHECK(tree.extractor().remarks().results("x").findings().empty());
  } else {
    CHECK(tree.extractor().remarks().results("x").find("extract.xattr") != nullptr);
  }
}

TEST_CASE("extractor: a directory that comes again has its new attributes only", "[tree]") {
  ExtractedTree tree;
  tree.layer(LayerBuilder().add(with_xattr(entry_of(EntryType::directory, "d/", 0755), "user.old", "x")));

  tree.layer(LayerBuilder().add(with_xattr(entry_of(EntryType::directory, "d/", 0755), "user.new", "y")));

  CHECK_FALSE(xattr(tree.path("d"), "user.old").has_value());
  CHECK(xattr(tree.path("d"), "user.new") == "y");
}

TEST_CASE("extractor: marks of overlay file systems and SELinux labels are not taken over", "[tree]") {
  ExtractedTree tree;

  tree.layer(LayerBuilder()
                 .add(with_xattr(entry_of(EntryType::directory, "d/", 0755), "trusted.overlay.opaque", "y"))
                 .add(with_xattr(entry_of(EntryType::directory, "e/", 0755), "user.overlay.opaque", "y"))
                 .add(with_xattr(entry_of(EntryType::file, "f"), "security.selinux", "label")));

  CHECK_FALSE(xattr(tree.path("d"), "trusted.overlay.opaque").has_value());
  CHECK_FALSE(xattr(tree.path("e"), "user.overlay.opaque").has_value());
  const auto remarks = tree.extractor().remarks().results("there");
  REQUIRE(remarks.find("extract.xattr") != nullptr);
  CHECK(remarks.find("extract.xattr")->message.ends_with("and 2 more"));
}

TEST_CASE("extractor: an extended attribute over the kernel's limits is refused", "[tree]") {
  ExtractedTree tree;
  const auto layer =
      LayerBuilder().add(with_xattr(entry_of(EntryType::file, "f"), "user.big", std::string(65537, 'x')));

  CHECK(error_of([&] { tree.layer(layer); }).code() == Errc::limit);
}

TEST_CASE("extractor: device nodes are there", "[tree]") {
  if (!is_root()) {
    WARN("skipped: needs root");
    return;
  }
  ExtractedTree tree;

  tree.layer(LayerBuilder().add(device("null")));

  CHECK(tree.listing() == "c null 1:3\n");
  CHECK((tree.status("null").st_mode & 07777U) == 0666);
}

TEST_CASE("extractor: a device number that cannot be is refused", "[tree]") {
  ExtractedTree tree;
  auto entry = device("odd");
  entry.device_minor = 2'000'000;

  CHECK(error_of([&] { tree.layer(LayerBuilder().add(entry)); }).code() == Errc::bad_archive);
}

TEST_CASE("extractor: recorded ownership keeps what it cannot give in an attribute, and says so", "[tree]") {
  ExtractedTree tree(recorded());

  tree.layer(LayerBuilder()
                 .add(owned(entry_of(EntryType::file, "setuid", 04711), 12, 34), "x")
                 .add(owned(entry_of(EntryType::directory, "d/", 0500), 12, 34))
                 .file("d/inside", "y")
                 .add(device("null")));
  const auto listing = tree.listing();

  CHECK(listing == "d d\nf d/inside: y\nf null: \nf setuid: x\n");
  CHECK(xattr(tree.path("setuid"), "user.containers.override_stat") == "12:34:4711:file");
  CHECK(xattr(tree.path("d"), "user.containers.override_stat") == "12:34:0500:dir");
  CHECK(xattr(tree.path("null"), "user.containers.override_stat") == "0:0:0666:char-1-3");
  CHECK(tree.status("setuid").st_uid == ::geteuid());
  CHECK((tree.status("setuid").st_mode & 07777U) == 0711);
  CHECK((tree.status("d").st_mode & 07777U) == 0700);
  const auto remarks = tree.extractor().remarks().results("there");
  CHECK(remarks.find("extract.owner") != nullptr);
  CHECK(remarks.find("extract.mode")->message.ends_with("and 1 more"));
  CHECK(remarks.find("extract.device")->message.find("more") == std::string::npos);
  CHECK(remarks.error_count() == 0);
}

TEST_CASE("extractor: an image cannot forge the record of an owner", "[tree]") {
  ExtractedTree tree(recorded());

  tree.layer(LayerBuilder().add(
      with_xattr(owned(entry_of(EntryType::file, "f"), 12, 34), "user.containers.override_stat", "0:0:4755:file")));

  CHECK(xattr(tree.path("f"), "user.containers.override_stat") == "12:34:0644:file");
}
