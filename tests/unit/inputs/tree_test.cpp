#include "occy/inputs/tree.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "occy/error.hpp"
#include "support/catch.hpp"
#include "support/raw_tar.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using test::TempDir;
using test::write_file;
namespace fs = std::filesystem;

namespace {

std::vector<std::byte> read_layer(ImageInput& input) {
  std::vector<std::byte> bytes;
  const auto reader = input.next_layer();
  REQUIRE(reader != nullptr);
  for (Block block = reader->next(); !block.empty(); block = reader->next()) {
    REQUIRE(block.size() <= 256 * 1024);
    bytes.insert(bytes.end(), block.begin(), block.end());
  }
  return bytes;
}

std::vector<std::byte> pack(const fs::path& root, TreeInputOptions options = {}) {
  TreeInput input(root, std::move(options));
  return read_layer(input);
}

std::vector<tar::Entry> entries_of(const fs::path& root, TreeInputOptions options = {}) {
  auto walked = test::walk(pack(root, std::move(options)));
  REQUIRE_FALSE(walked.error.has_value());
  return std::move(walked.entries);
}

std::vector<std::string> paths_of(const std::vector<tar::Entry>& entries) {
  std::vector<std::string> paths;
  for (const auto& entry : entries) paths.push_back(entry.path);
  return paths;
}

}  // namespace

TEST_CASE("tree input: entries come in the order of the names' bytes, directories before what is in them", "[inputs]") {
  const TempDir tree;
  fs::create_directories(tree / "b/inner");
  write_file(tree / "b/inner/file", "x");
  write_file(tree / "b.txt", "x");
  write_file(tree / "a", "x");
  write_file(tree / "größe", "x");
  write_file(tree / "Z", "x");

  CHECK(paths_of(entries_of(tree.path())) ==
        std::vector<std::string>{"Z", "a", "b/", "b/inner/", "b/inner/file", "b.txt", "größe"});
}

TEST_CASE("tree input: data of any length is packed and padded", "[inputs]") {
  const TempDir tree;
  const auto size = GENERATE(0U, 1U, 512U, 513U, 261'632U, 262'144U, 1'000'000U);
  const std::string content(size, 'd');
  write_file(tree / "file", content);

  const auto layer = pack(tree.path());

  REQUIRE(layer.size() == 512 + tar::padded(size) + 1024);
  CHECK(std::equal(content.begin(), content.end(), layer.begin() + 512,
                   [](char c, std::byte b) { return static_cast<std::byte>(c) == b; }));
}

TEST_CASE("tree input: modes, links, fifos and extended attributes are kept", "[inputs]") {
  const TempDir tree;
  write_file(tree / "a", "x");
  REQUIRE(::chmod((tree / "a").c_str(), 04751) == 0);
  fs::create_hard_link(tree / "a", tree / "b");
  fs::create_symlink("no/where", tree / "c");
  REQUIRE(::mkfifo((tree / "d").c_str(), 0600) == 0);
  const bool has_xattrs = ::setxattr((tree / "a").c_str(), "user.note", "v\0w", 3, 0) == 0;

  const auto entries = entries_of(tree.path());

  REQUIRE(entries.size() == 4);
  CHECK(entries[0].mode == 04751);
  CHECK(entries[0].stored_size == 1);
  CHECK(entries[1].type == tar::EntryType::hard_link);
  CHECK(entries[1].link == "a");
  CHECK(entries[2].type == tar::EntryType::symbolic_link);
  CHECK(entries[2].link == "no/where");
  CHECK(entries[3].type == tar::EntryType::fifo);
  if (!has_xattrs) WARN("not checked: the temporary directory's file system has no user attributes");
  const std::vector<std::pair<std::string, std::string>> expected{{"SCHILY.xattr.user.note", std::string("v\0w", 3)}};
  if (has_xattrs) CHECK(entries[0].records == expected);
}

TEST_CASE("tree input: sockets are left out", "[inputs]") {
  const TempDir tree;
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  (tree / "socket").string().copy(address.sun_path, sizeof address.sun_path - 1);
  REQUIRE(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);

  const auto entries = entries_of(tree.path());

  ::close(socket);
  CHECK(entries.empty());
}

TEST_CASE("tree input: a link to a directory is a link, and is not entered", "[inputs]") {
  const TempDir outside, tree;
  write_file(outside / "secret", "x");
  fs::create_directory_symlink(outside.path(), tree / "link");

  CHECK(paths_of(entries_of(tree.path())) == std::vector<std::string>{"link"});
}

TEST_CASE("tree input: by default two packs of equal trees give equal bytes", "[inputs]") {
  const TempDir first, second;
  for (const TempDir* tree : {&first, &second}) {
    write_file(*tree / "x", "same");
    fs::create_directory(*tree / "dir");
  }
  fs::last_write_time(second / "x", fs::file_time_type{} - std::chrono::hours(1));

  CHECK(pack(first.path()) == pack(second.path()));
}

TEST_CASE("tree input: owners and times are kept when asked for", "[inputs]") {
  const TempDir tree;
  write_file(tree / "x", "");
  const timespec times[2] = {{.tv_sec = 5, .tv_nsec = 0}, {.tv_sec = 1'500'000'000, .tv_nsec = 25}};
  REQUIRE(::utimensat(AT_FDCWD, (tree / "x").c_str(), times, 0) == 0);

  const auto kept = entries_of(tree.path(), {.mtime = {}, .owner = TreeInputOptions::Owner::kept});
  const auto plain = entries_of(tree.path());

  CHECK(kept[0].mtime == tar::Time{1'500'000'000, 25});
  CHECK(kept[0].uid == ::getuid());
  CHECK(plain[0].mtime == tar::Time{0, 0});
  CHECK(plain[0].uid == 0);
}

TEST_CASE("tree input: the config names the layer that was read", "[inputs]") {
  const TempDir tree;
  write_file(tree / "x", "content");
  TreeInput input(tree.path(), {.name = Reference::parse("me/tree:1").value(), .command = {"/x"}});

  REQUIRE(input.describe().layers->size() == 1);
  CHECK(input.describe().references.at(0).str() == "me/tree:1");
  CHECK_THROWS_AS(input.config(), Error);
  const auto layer = read_layer(input);

  CHECK(input.next_layer() == nullptr);
  CHECK(input.config().diff_ids() == std::vector{sha256(Block(layer))});
  CHECK(input.config().history().size() == 1);
}

TEST_CASE("tree input: an empty directory is an empty layer", "[inputs]") {
  const TempDir tree;

  CHECK(pack(tree.path()) == std::vector<std::byte>(1024));
}

TEST_CASE("tree input: a root that is no directory is an error of the input", "[inputs]") {
  const TempDir tree;
  write_file(tree / "file", "");
  const auto root = tree / GENERATE("file", "missing");

  try {
    (void)TreeInput(root).describe();
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.side() == Side::input);
    CHECK(error.detail().subject == root.string());
  }
}

TEST_CASE("tree input: a file that becomes shorter is an error, one that grows is cut", "[inputs]") {
  const TempDir tree;
  const auto new_size = GENERATE(100U, 2'000'000U);
  const auto file = write_file(tree / "file", std::string(1'000'000, 'x'));
  TreeInput input(tree.path());
  const auto reader = input.next_layer();
  std::size_t size = reader->next().size();

  fs::resize_file(file, new_size);
  const auto read_rest = [&] {
    for (Block block = reader->next(); !block.empty(); block = reader->next()) size += block.size();
  };

  if (new_size < 1000000) {
    CHECK_THROWS_AS(read_rest(), Error);
    return;
  }
  read_rest();
  CHECK(size == 512 + tar::padded(1'000'000) + 1024);
}
