#include "occy/outputs/tree.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/file_size_limit.hpp"
#include "support/layer_builder.hpp"
#include "support/temp_dir.hpp"
#include "support/tree_listing.hpp"
#include "support/write_image.hpp"

using namespace occy;
using namespace occy::test;

namespace {

namespace fs = std::filesystem;

TestImage make_layered_image() {
  return make_image({LayerBuilder().directory("etc/").file("etc/a", "1").file("etc/b", "1").tar(),
                     LayerBuilder().file("etc/.wh.a").file("etc/b", "2").tar(),
                     LayerBuilder().file("etc/c", std::string(100'000, 'c')).hard_link("etc/d", "etc/c").tar()},
                    {"occy/test:1", "occy/other:2"});
}

constexpr const char* kListing = "d etc\nf etc/b: 2\nf etc/c: ";

void write(const TestImage& image, const fs::path& path, const MemoryInputOptions& how = {}, unsigned threads = 1) {
  MemoryInput input(image, how);
  TreeWriter output(path);
  write_image(input, output, threads);
  const auto results = output.verify(VerifyLevel::full);
  CHECK(results.find("verify.ok") != nullptr);
  CHECK_FALSE(results.has_errors());
}

}  // namespace

TEST_CASE("tree output: layers become one tree, whatever their order and packing", "[outputs]") {
  const auto knowledge = GENERATE(Knowledge::everything, Knowledge::no_sizes, Knowledge::nothing);
  const auto order = GENERATE(std::vector<std::size_t>{}, std::vector<std::size_t>{2, 1, 0});
  const auto compression = GENERATE(Compression::none, Compression::gzip);
  if (compression != Compression::none && knowledge == Knowledge::everything) return;  // packed layers have no size
  const TempDir directory;
  auto image = make_layered_image();
  MemoryInput input(image, {.knowledge = knowledge, .order = order});
  TreeWriter output(directory / "tree");

  write_image(input, output, 4);

  CHECK(list_tree(directory / "tree/rootfs").starts_with(kListing));
  CHECK(directory.names() == std::vector<std::string>{"tree"});
}

TEST_CASE("tree output: config and manifest stand beside the tree", "[outputs]") {
  const TempDir directory;
  const auto image = make_layered_image();

  write(image, directory / "tree");

  const auto config = image.config.digest().hex() + ".json";
  CHECK(read_file(directory / ("tree/" + config)) == image.config.bytes());
  CHECK(read_file(directory / "tree/manifest.json") ==
        R"([{"Config":")" + config + R"(","RepoTags":["occy/test:1","occy/other:2"],"Layers":[]}])" + "\n");
}

TEST_CASE("tree output: an empty directory is taken, a filled one and a file are refused", "[outputs]") {
  const TempDir directory;
  fs::create_directory(directory / "empty");
  write(make_layered_image(), directory / "empty");
  write_file(directory / "file", "x");

  for (const char* name : {"empty", "file", "none/below"}) {
    TreeWriter output(directory / name);
    MemoryInput input(make_layered_image());
    CHECK(error_of([&] { output.begin(input.describe()); }).code() == Errc::destination);
  }
}

TEST_CASE("tree output: until it is published the tree is closed to others", "[outputs]") {
  const TempDir directory;
  MemoryInput input(make_layered_image());
  TreeWriter output(directory / "tree");
  output.begin(input.describe());

  struct stat status {};
  REQUIRE(directory.names().size() == 1);
  REQUIRE(::stat((directory / directory.names()[0]).c_str(), &status) == 0);

  CHECK((status.st_mode & 07777U) == 0700);
}

TEST_CASE("tree output: the outer directory follows the umask, the inner ones do not", "[outputs]") {
  const auto mask = GENERATE(mode_t{0}, mode_t{027}, mode_t{077});
  const TempDir directory;
  const auto before = ::umask(mask);
  write(make_layered_image(), directory / "tree");
  ::umask(before);

  struct stat outer {};
  struct stat inner {};
  REQUIRE(::stat((directory / "tree").c_str(), &outer) == 0);
  REQUIRE(::stat((directory / "tree/rootfs/etc").c_str(), &inner) == 0);

  CHECK((outer.st_mode & 07777U) == (0777U & ~mask));
  CHECK((inner.st_mode & 07777U) == 0755);
}

TEST_CASE("tree output: a layer that means harm leaves nothing", "[outputs]") {
  const TempDir directory;
  MemoryInput input(make_image({LayerBuilder().file("good", "x").tar(), LayerBuilder().file("../bad", "x").tar()}));
  {
    TreeWriter output(directory / "tree");
    CHECK(error_of([&] { write_image(input, output); }).code() == Errc::bad_archive);
  }
  CHECK(directory.names().empty());
}

TEST_CASE("tree output: a disk that is full leaves nothing", "[outputs]") {
  const TempDir directory;
  MemoryInput input(make_layered_image());
  {
    TreeWriter output(directory / "tree");
    const FileSizeLimit limit(50'000);
    CHECK(error_of([&] { write_image(input, output); }).side() == Side::output);
  }
  CHECK(directory.names().empty());
}

TEST_CASE("tree output: what could not be had is remarked", "[outputs]") {
  const TempDir directory;
  MemoryInput input(make_image({LayerBuilder().file("setuid", "x", 04755).tar()}));
  TreeWriter output(directory / "tree", {.unpack = {.owners = UnpackOptions::Owners::recorded}});

  CHECK(output.remarks().findings().empty());
  write_image(input, output);

  REQUIRE(output.remarks().find("extract.mode") != nullptr);
  CHECK(output.remarks().find("extract.mode")->subject == (directory / "tree").string());
  CHECK(output.verify(VerifyLevel::full).find("verify.ok") != nullptr);
}

TEST_CASE("tree output: a full proof that was not prepared is not success", "[outputs]") {
  const TempDir directory;
  MemoryInput input(make_layered_image());
  TreeWriter output(directory / "tree", {.unpack = {.proof = VerifyLevel::standard}});
  write_image(input, output);

  CHECK(output.verify(VerifyLevel::standard).find("verify.ok") != nullptr);
  const CheckResults unprepared = output.verify(VerifyLevel::full);
  CHECK(unprepared.find("verify.unreachable") != nullptr);
  CHECK(unprepared.find("verify.ok") == nullptr);
}

TEST_CASE("tree output: nothing was published, so nothing is verified", "[outputs]") {
  const TempDir directory;
  TreeWriter output(directory / "tree");

  CHECK(output.verify().find("verify.tree") != nullptr);
}
