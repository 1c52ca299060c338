// A tree is damaged at random places in every way there is: a full verification names the very path. So it is for all
// outputs that unpack.
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <functional>
#include <random>

#include "occy/outputs/bundle.hpp"
#include "occy/outputs/mounts.hpp"
#include "occy/outputs/tree.hpp"
#include "support/catch.hpp"
#include "support/layer_builder.hpp"
#include "support/temp_dir.hpp"
#include "support/write_image.hpp"

using namespace occy;
using namespace occy::test;

namespace {

namespace fs = std::filesystem;

TestImage make_varied_image() {
  LayerBuilder lower;
  for (int i = 0; i < 8; ++i) {
    const std::string directory = "d" + std::to_string(i) + "/";
    lower.directory(directory, i == 3 ? 01777 : 0755)
        .file(directory + "file", std::string(static_cast<std::size_t>(i * 700 + 1), 'f'))
        .symbolic_link(directory + "link", "file")
        .file(directory + "gone", "x");
  }
  LayerBuilder upper;
  upper.hard_link("d0/hard", "d1/file")
      .add(with_xattr(entry_of(EntryType::file, "d2/attributed"), "user.note", "value"), "x")
      .add(entry_of(EntryType::fifo, "d4/fifo"));
  for (int i = 0; i < 8; ++i) upper.file("d" + std::to_string(i) + "/.wh.gone");
  return make_image({lower.tar(), upper.tar()});
}

/// Changes one path; false where that kind of damage does not apply.
using Damage = std::function<bool(const fs::path&)>;

bool is_file(const fs::path& path) { return fs::is_regular_file(fs::symlink_status(path)); }

bool flip(const fs::path& path) {
  if (!is_file(path)) return false;
  std::string content = read_file(path);
  content[content.size() / 2] = static_cast<char>(content[content.size() / 2] ^ 1);
  write_file(path, content);
  return true;
}

bool truncate(const fs::path& path) {
  if (!is_file(path)) return false;
  fs::resize_file(path, fs::file_size(path) - 1);
  return true;
}

bool remove(const fs::path& path) {
  if (fs::is_directory(fs::symlink_status(path))) return false;
  return fs::remove(path);
}

bool change_mode(const fs::path& path) {
  if (fs::is_symlink(fs::symlink_status(path))) return false;
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && ::chmod(path.c_str(), (status.st_mode & 07777U) ^ 020U) == 0;
}

bool change_owner(const fs::path& path) { return ::geteuid() == 0 && ::lchown(path.c_str(), 4711, 4711) == 0; }

bool relink(const fs::path& path) {
  if (!fs::is_symlink(fs::symlink_status(path))) return false;
  fs::remove(path);
  fs::create_symlink("elsewhere", path);
  return true;
}

bool add_xattr(const fs::path& path) {
  return !fs::is_symlink(fs::symlink_status(path)) && ::setxattr(path.c_str(), "user.added", "x", 1, 0) == 0;
}

bool replace_by_link(const fs::path& path) {
  if (!is_file(path)) return false;
  fs::remove(path);
  fs::create_symlink("/etc/passwd", path);
  return true;
}

bool add_beside(const fs::path& path) {
  write_file(path.parent_path() / "added", "x");
  return true;
}

const std::vector<std::pair<const char*, Damage>>& damages() {
  static const std::vector<std::pair<const char*, Damage>> kDamages = {
      {"flip", flip},        {"truncate", truncate},    {"remove", remove},
      {"mode", change_mode}, {"owner", change_owner},   {"relink", relink},
      {"xattr", add_xattr},  {"link", replace_by_link}, {"add", add_beside}};
  return kDamages;
}

/// An output that unpacks.
struct Unpacker {
  const char* name;
  std::function<std::unique_ptr<ImageOutput>(const fs::path&)> make;
  int rounds;  // each writes an image anew, and waits for the disk
};

template <class Writer>
std::unique_ptr<ImageOutput> make_writer(const fs::path& path) {
  return std::make_unique<Writer>(path);
}

const std::vector<Unpacker>& unpackers() {
  static const std::vector<Unpacker> kUnpackers = {{"tree", make_writer<TreeWriter>, 6},
                                                   {"bundle", make_writer<BundleWriter>, 1},
                                                   {"mounts", make_writer<MountsWriter>, 2}};
  return kUnpackers;
}

/// The directories that have the image's files: one, or one for each layer.
std::vector<fs::path> trees_in(const fs::path& output) {
  if (fs::exists(output / "rootfs")) return {output / "rootfs"};
  std::vector<fs::path> trees;
  for (const auto& entry : fs::directory_iterator(output / "layers")) trees.push_back(entry.path());
  return trees;
}

std::vector<fs::path> paths_in(const std::vector<fs::path>& trees) {
  std::vector<fs::path> paths;
  for (const fs::path& tree : trees)
    for (const auto& entry : fs::recursive_directory_iterator(tree)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  return paths;
}

bool names(const CheckResults& results, const fs::path& path) {
  for (const auto& finding : results.findings())
    if (finding.severity == Severity::error && finding.subject == path.string()) return true;
  return false;
}

}  // namespace

TEST_CASE("tree verification: names the very path that was damaged, and no tree that was not", "[outputs]") {
  const auto image = make_varied_image();
  const Unpacker& unpacker = GENERATE(from_range(unpackers()));
  std::mt19937 random(20);
  for (const auto& [name, damage] : damages()) {
    for (int round = 0; round < unpacker.rounds; ++round) {
      const TempDir directory;
      MemoryInput input(image);
      const auto output = unpacker.make(directory / "tree");
      write_image(input, *output);
      REQUIRE(output->verify(VerifyLevel::full).find("verify.ok") != nullptr);
      const auto paths = paths_in(trees_in(directory / "tree"));
      const auto& victim = paths[random() % paths.size()];
      INFO(unpacker.name << ": " << name << " " << victim);

      if (!damage(victim)) continue;
      const auto results = output->verify(VerifyLevel::full);

      CHECK(results.find("verify.ok") == nullptr);
      CHECK(names(results, std::string_view(name) == "add" ? victim.parent_path() / "added" : victim));
    }
  }
}

TEST_CASE("tree verification: standard counts names of each type", "[outputs]") {
  const TempDir directory;
  MemoryInput input(make_varied_image());
  TreeWriter output(directory / "tree");
  write_image(input, output);

  fs::remove(directory / "tree/rootfs/d5/link");
  const auto results = output.verify();

  REQUIRE(results.find("verify.count") != nullptr);
  CHECK(results.find("verify.count")->message == "expected 8 symbolic links, found 7");
}

TEST_CASE("tree verification: documents are held against what was written", "[outputs]") {
  const TempDir directory;
  const auto image = make_varied_image();
  MemoryInput input(image);
  TreeWriter output(directory / "tree");
  write_image(input, output);
  const auto config = directory / "tree" / fs::path(image.config.digest().hex() + ".json");

  REQUIRE(flip(config));
  CHECK(output.verify().find("verify.config")->subject == config.string());
  REQUIRE(truncate(config));
  CHECK(output.verify().find("verify.config") != nullptr);
  fs::remove(directory / "tree/manifest.json");
  CHECK(output.verify().find("verify.manifest") != nullptr);
  fs::create_directory(directory / "tree/manifest.json");
  CHECK(output.verify().find("verify.manifest")->message ==
        "cannot read it: expected a regular file, found a directory");
}

TEST_CASE("tree verification: a tree that is gone, or a link, is a finding", "[outputs]") {
  const TempDir directory;
  const Unpacker& unpacker = GENERATE(from_range(unpackers()));
  MemoryInput input(make_varied_image());
  const auto output = unpacker.make(directory / "tree");
  write_image(input, *output);
  const fs::path root = trees_in(directory / "tree").front();

  fs::rename(root, directory / "moved");
  CHECK(output->verify().find("verify.tree") != nullptr);
  fs::create_directory_symlink(directory / "moved", root);
  CHECK(output->verify(VerifyLevel::full).find("verify.tree") != nullptr);
}
