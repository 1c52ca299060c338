#include "tree/extractor.hpp"

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/extracted_tree.hpp"
#include "support/raw_tar.hpp"

using namespace occy;
using namespace occy::test;

namespace {

Error extraction_refusal(const LayerBuilder& layer,
                         tree::ExtractorOptions options = {.ownership = tree::default_ownership()}) {
  ExtractedTree tree(options);
  const Error error = error_of([&] { tree.layer(layer); });
  CHECK(tree.canary_lives());
  return error;
}

}  // namespace

TEST_CASE("extractor: files, directories, links and fifos are there", "[tree]") {
  ExtractedTree tree(any_descent());

  tree.layer(LayerBuilder()
                 .directory("./usr/")
                 .file("./usr/file", "content")
                 .symbolic_link("link", "usr/file")
                 .hard_link("usr/other", "usr/file")
                 .add(entry_of(EntryType::fifo, "fifo")));

  CHECK(tree.listing() == "p fifo\nl link -> usr/file\nd usr\nf usr/file: content\nf usr/other: content\n");
  CHECK(tree.status("usr/file").st_ino == tree.status("usr/other").st_ino);
  CHECK(tree.canary_lives());
}

TEST_CASE("extractor: bytes may come in pieces of any size", "[tree]") {
  const auto piece = GENERATE(std::size_t{1}, std::size_t{511}, std::size_t{513}, std::size_t{5000});
  ExtractedTree tree;
  const std::string content = std::string(1500, 'a') + "end";

  tree.layer_bytes(LayerBuilder().file("a", content).file("empty").file("b", std::string(512, 'b')).tar(), piece);

  tree.extractor().finish();
  CHECK(read_file(tree.path("a")) == content);
  CHECK(read_file(tree.path("b")) == std::string(512, 'b'));
  CHECK(read_file(tree.path("empty")).empty());
}

TEST_CASE("extractor: directories that no entry names are made", "[tree]") {
  ExtractedTree tree(any_descent());

  tree.layer(LayerBuilder().file("a/b/c/file", "x").file("a/b/other", "y"));

  CHECK(tree.listing() == "d a\nd a/b\nd a/b/c\nf a/b/c/file: x\nf a/b/other: y\n");
  CHECK((tree.status("a/b").st_mode & 07777U) == 0755);
}

TEST_CASE("extractor: a later layer replaces what it has, whatever it was", "[tree]") {
  ExtractedTree tree(any_descent());
  tree.layer(LayerBuilder()
                 .file("file", "old")
                 .directory("directory/")
                 .file("directory/inside", "old")
                 .symbolic_link("link", "directory")
                 .file("becomes-directory", "old"));

  tree.layer(LayerBuilder()
                 .file("file", "new")
                 .file("directory", "now a file")
                 .directory("link/")
                 .file("link/inside", "new")
                 .directory("becomes-directory/")
                 .symbolic_link("fresh", "file"));

  CHECK(tree.listing() ==
        "d becomes-directory\nf directory: now a file\nf file: new\nl fresh -> file\nd link\nf link/inside: new\n");
}

TEST_CASE("extractor: a directory that comes again keeps what is in it", "[tree]") {
  ExtractedTree tree(any_descent());
  tree.layer(LayerBuilder().directory("d/", 0700).file("d/kept", "x"));

  tree.layer(LayerBuilder().directory("d/", 0751).file("d/new", "y"));

  CHECK(tree.listing() == "d d\nf d/kept: x\nf d/new: y\n");
  CHECK((tree.status("d").st_mode & 07777U) == 0751);
}

TEST_CASE("extractor: a whiteout hides what lower layers have", "[tree]") {
  ExtractedTree tree(any_descent());
  tree.layer(
      LayerBuilder().file("a/file", "x").directory("a/tree/").file("a/tree/deep/file", "x").file("a/stays", "x"));

  tree.layer(LayerBuilder().file("a/.wh.file").file("a/.wh.tree").file("a/.wh.none").file("none/.wh.none"));

  CHECK(tree.listing() == "d a\nf a/stays: x\n");
}

TEST_CASE("extractor: a whiteout does not hide what its own layer has, wherever it stands", "[tree]") {
  ExtractedTree tree(any_descent());
  tree.layer(LayerBuilder().file("d/lower", "old").file("file", "old").file("e/lower", "old"));

  tree.layer(LayerBuilder()
                 .file(".wh.d")
                 .file("d/new", "new")
                 .file("file", "new")
                 .file(".wh.file")
                 .file("e/new", "new")
                 .file(".wh.e"));

  CHECK(tree.listing() == "d d\nf d/new: new\nd e\nf e/new: new\nf file: new\n");
}

TEST_CASE("extractor: an opaque directory hides what lower layers have in it, wherever the marker stands", "[tree]") {
  ExtractedTree tree(any_descent());
  tree.layer(LayerBuilder().file("a/lower", "x").file("a/sub/lower", "x").file("ab/lower", "x").file("c/lower", "x"));

  tree.layer(LayerBuilder()
                 .file("a/sub/new", "y")
                 .file("a/.wh..wh..opq")
                 .file("a/new", "y")
                 .file("c/.wh..wh..opq")
                 .file("c/new", "y"));

  CHECK(tree.listing() == "d a\nf a/new: y\nd a/sub\nf a/sub/new: y\nd ab\nf ab/lower: x\nd c\nf c/new: y\n");
}

TEST_CASE("extractor: an opaque root hides everything below", "[tree]") {
  ExtractedTree tree(any_descent());
  tree.layer(LayerBuilder().file("a/lower", "x").file("b", "x"));

  tree.layer(LayerBuilder().file("new", "y").file(".wh..wh..opq"));

  CHECK(tree.listing() == "f new: y\n");
}

TEST_CASE("extractor: a whiteout below a link hides where the link leads", "[tree]") {
  ExtractedTree tree(any_descent());
  tree.layer(LayerBuilder().file("usr/lib/a", "x").file("usr/lib/b", "x").symbolic_link("lib", "usr/lib"));

  tree.layer(LayerBuilder().file("usr/lib/a", "new").file("lib/.wh.a").file("lib/.wh.b"));

  CHECK(tree.listing() == "l lib -> usr/lib\nd usr\nd usr/lib\nf usr/lib/a: new\n");
}

TEST_CASE("extractor: files of aufs are no files of the image", "[tree]") {
  ExtractedTree tree(any_descent());

  tree.layer(
      LayerBuilder().directory(".wh..wh.plnk/").file(".wh..wh.plnk/1.2", "x").file(".wh..wh.aufs").file("a", "x"));

  CHECK(tree.listing() == "f a: x\n");
}

TEST_CASE("extractor: an implicit directory takes the place of a lower layer's file, not of its own layer's",
          "[tree]") {
  ExtractedTree tree(any_descent());
  tree.layer(LayerBuilder().file("a", "x"));

  tree.layer(LayerBuilder().file("a/b", "y"));

  CHECK(tree.listing() == "d a\nf a/b: y\n");
  const auto error = extraction_refusal(LayerBuilder().file("a", "x").file("a/b", "y"));
  CHECK(error.code() == Errc::bad_archive);
}

TEST_CASE("extractor: layers of nothing are empty", "[tree]") {
  ExtractedTree tree;

  tree.layer_bytes("").layer_bytes(std::string(1024, '\0')).layer_bytes(std::string(700, '\0'));

  CHECK(tree.listing().empty());
}

TEST_CASE("extractor: a layer without its end marker is whole, a cut one is not", "[tree]") {
  const auto bytes = LayerBuilder().file("a", std::string(600, 'x')).tar();
  ExtractedTree tree;

  tree.layer_bytes(bytes.substr(0, bytes.size() - 1024));

  CHECK(tree.listing().starts_with("f a: xxx"));
  for (const std::size_t size : {std::size_t{100}, std::size_t{512}, std::size_t{600}, std::size_t{1300}}) {
    ExtractedTree cut;
    CHECK(error_of([&] { cut.layer_bytes(bytes.substr(0, size)); }).code() == Errc::bad_archive);
  }
}

TEST_CASE("extractor: entries of unknown types are left out, and one remark says so", "[tree]") {
  RawTar layer;
  layer.header({.name = "odd", .type = '9'}).header({.name = "odder", .type = '9'}).file("a", "x").end();
  ExtractedTree tree;

  tree.layer_bytes(std::string(reinterpret_cast<const char*>(layer.bytes().data()), layer.bytes().size()));

  CHECK(tree.listing() == "f a: x\n");
  const auto remarks = tree.extractor().remarks().results("there");
  REQUIRE(remarks.find("extract.type") != nullptr);
  CHECK(remarks.find("extract.type")->message == "left out: nobody unpacks entries of this type: odd, and 1 more");
}

TEST_CASE("extractor: a remark about one path names it alone", "[tree]") {
  tree::Remarks remarks;
  remarks.note(tree::Remark::device, "dev/null");

  CHECK(remarks.results("there").findings()[0].message == "an empty file in place of a device node: dev/null");
}

TEST_CASE("extractor: what an entry's names may not be is refused, with layer and entry", "[tree]") {
  CHECK(std::string(extraction_refusal(LayerBuilder().file("../outside/canary", "dead")).what()) ==
        "input: layer: ../outside/canary: name with \"..\": expected one inside of the layer");
  CHECK(extraction_refusal(LayerBuilder().file("a/../../outside/canary", "dead")).code() == Errc::bad_archive);
  CHECK(extraction_refusal(LayerBuilder().file("a/.wh...")).code() == Errc::bad_archive);
  CHECK(extraction_refusal(LayerBuilder().file("a/.wh..")).code() == Errc::bad_archive);
  CHECK(extraction_refusal(LayerBuilder().file("a/.wh.")).code() == Errc::bad_archive);
  CHECK(extraction_refusal(LayerBuilder().symbolic_link("./", "/")).code() == Errc::bad_archive);
}

TEST_CASE("extractor: what is too long is refused", "[tree]") {
  const std::string long_path = [] {
    std::string path;
    for (int i = 0; i < 21; ++i) path += std::string(200, 'd') + "/";
    return path + "f";
  }();

  CHECK(extraction_refusal(LayerBuilder().file(std::string(256, 'n'), "x")).code() == Errc::limit);
  CHECK(extraction_refusal(LayerBuilder().file("a/" + std::string(256, 'n') + "/f", "x")).code() == Errc::limit);
  CHECK(extraction_refusal(LayerBuilder().file(long_path, "x")).code() == Errc::limit);
  CHECK(extraction_refusal(LayerBuilder().symbolic_link("l", std::string(4096, 't'))).code() == Errc::limit);
  CHECK(extraction_refusal(LayerBuilder().hard_link("l", std::string(4096, 't'))).code() == Errc::limit);
  ExtractedTree tree;
  CHECK_NOTHROW(tree.layer(LayerBuilder().file(std::string(255, 'n'), "x").file(long_path.substr(203), "x")));
}

TEST_CASE("extractor: a tree cannot grow deeper by links than a path may be long", "[tree]") {
  LayerBuilder layer;
  std::string path;
  for (int i = 0; i < 15; ++i) path += std::string(200, 'd') + "/";
  layer.directory(path).symbolic_link("link", path).file("link/" + path + "file", "x");

  CHECK(extraction_refusal(layer).code() == Errc::limit);
}

TEST_CASE("extractor: a layer may not declare more than the limit", "[tree]") {
  tree::ExtractorOptions options{.ownership = tree::default_ownership(), .limits = {.expanded_layer_bytes = 1000}};

  CHECK(extraction_refusal(LayerBuilder().file("a", std::string(600, 'x')).file("b", std::string(600, 'x')), options)
            .code() == Errc::limit);
  ExtractedTree tree(options);
  CHECK_NOTHROW(tree.layer(LayerBuilder().file("a", std::string(600, 'x')))
                    .layer(LayerBuilder().file("b", std::string(600, 'x'))));
}
