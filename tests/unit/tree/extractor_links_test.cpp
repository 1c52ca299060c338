// Ways out of a tree by links, and what they must come to. The patterns are those of public advisories.
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/extracted_tree.hpp"

using namespace occy;
using namespace occy::test;

namespace {

/// Extracts `layers`, and requires that nothing outside was touched. Refused or not.
std::string extract(const std::vector<LayerBuilder>& layers) {
  ExtractedTree tree(any_descent());
  std::string listing;
  try {
    for (const auto& layer : layers) tree.layer(layer);
    listing = tree.listing();
  } catch (const Error& error) {
    listing = error.what();
  }
  CHECK(tree.canary_lives());
  return listing;
}

std::string outside() { return "../outside"; }

}  // namespace

TEST_CASE("extractor links: a file below a link out lands inside", "[tree]") {
  CHECK(extract({LayerBuilder().symbolic_link("out", outside()).file("out/canary", "dead")}) ==
        "l out -> ../outside\nd outside\nf outside/canary: dead\n");
}

TEST_CASE("extractor links: a chain of links that climbs lands inside", "[tree]") {
  const auto listing = extract({LayerBuilder()
                                    .symbolic_link("a", "..")
                                    .symbolic_link("b", "a/..")
                                    .symbolic_link("c", "b/../outside")
                                    .file("c/canary", "dead")});
  CHECK(listing.find("f outside/canary: dead\n") != std::string::npos);
}

TEST_CASE("extractor links: an absolute link counts from the root of the tree", "[tree]") {
  CHECK(extract({LayerBuilder().symbolic_link("abs", "/etc"), LayerBuilder().file("abs/passwd", "x")}) ==
        "l abs -> /etc\nd etc\nf etc/passwd: x\n");
}

TEST_CASE("extractor links: an absolute name counts from the root of the tree", "[tree]") {
  CHECK(extract({LayerBuilder().file("/etc/passwd", "x").file("//a//b", "y")}) ==
        "d a\nf a/b: y\nd etc\nf etc/passwd: x\n");
}

TEST_CASE("extractor links: a file that replaces a link does not write through it", "[tree]") {
  CHECK(extract({LayerBuilder().symbolic_link("x", "../outside/canary").file("x", "dead")}) == "f x: dead\n");
}

TEST_CASE("extractor links: a fifo or a directory that replaces a link does not follow it", "[tree]") {
  CHECK(extract({LayerBuilder().symbolic_link("x", outside()).add(entry_of(EntryType::fifo, "x"))}) == "p x\n");
  CHECK(extract({LayerBuilder().symbolic_link("x", outside()).directory("x/", 0700).file("x/y", "z")}) ==
        "d x\nf x/y: z\n");
}

TEST_CASE("extractor links: a hard link through a link stays inside", "[tree]") {
  CHECK(extract({LayerBuilder().symbolic_link("out", outside()).hard_link("mine", "out/canary").file("mine", "dead")})
            .starts_with("input: layer: mine: hard link that leads nowhere"));
}

TEST_CASE("extractor links: a hard link to a symbolic link is another name of the link", "[tree]") {
  CHECK(extract({LayerBuilder()
                     .symbolic_link("link", "../outside/canary")
                     .hard_link("other", "link")
                     .file("other", "dead")}) == "l link -> ../outside/canary\nf other: dead\n");
}

TEST_CASE("extractor links: a hard link by \"..\" or an absolute name leads nowhere outside", "[tree]") {
  CHECK(extract({LayerBuilder().hard_link("mine", "../outside/canary")})
            .starts_with("input: layer: mine: hard link that leaves the layer"));
  CHECK(extract({LayerBuilder().hard_link("mine", "/etc/passwd")})
            .starts_with("input: layer: mine: hard link that leads nowhere"));
}

TEST_CASE("extractor links: a hard link to the working directory, to a directory, or to itself is refused", "[tree]") {
  for (const char* target : {".", "./", "/", "d", "d/.", "self"})
    CHECK(extract({LayerBuilder().directory("d/").hard_link("self", target)})
              .starts_with("input: layer: self: hard link that leads nowhere"));
}

TEST_CASE("extractor links: a hard link reaches into lower layers", "[tree]") {
  CHECK(extract({LayerBuilder().file("a/file", "x"), LayerBuilder().hard_link("b/other", "a/file")}) ==
        "d a\nf a/file: x\nd b\nf b/other: x\n");
}

TEST_CASE("extractor links: whiteouts through links remove nothing outside", "[tree]") {
  const LayerBuilder links = LayerBuilder().symbolic_link("out", outside()).symbolic_link("up", "..");

  CHECK(extract({links, LayerBuilder().file("out/.wh.canary")}) == "l out -> ../outside\nl up -> ..\n");
  CHECK(extract({links, LayerBuilder().file("up/.wh.outside")}) == "l out -> ../outside\nl up -> ..\n");
  CHECK(extract({links, LayerBuilder().file("out/.wh..wh..opq")}) == "l out -> ../outside\nl up -> ..\n");
  CHECK(extract({links, LayerBuilder().file("up/.wh..wh..opq")}).empty());
  CHECK(extract({links, LayerBuilder().file(".wh.out")}) == "l up -> ..\n");
}

TEST_CASE("extractor links: a directory that became a link is not written into from memory", "[tree]") {
  CHECK(
      extract(
          {LayerBuilder().directory("d/").file("d/one", "1").symbolic_link("d", outside()).file("d/canary", "dead")}) ==
      "l d -> ../outside\nd outside\nf outside/canary: dead\n");
}

TEST_CASE("extractor links: a link that became a directory is one for what follows", "[tree]") {
  CHECK(extract(
            {LayerBuilder().symbolic_link("d", outside()).file("d/one", "1").directory("d/").file("d/canary", "x")}) ==
        "d d\nf d/canary: x\nd outside\nf outside/one: 1\n");
}

TEST_CASE("extractor links: a loop is refused", "[tree]") {
  CHECK(extract({LayerBuilder().symbolic_link("a", "b").symbolic_link("b", "a").file("a/x", "dead")})
            .starts_with("input: layer: a/x: "));
}

TEST_CASE("extractor links: an entry for the root changes the root alone", "[tree]") {
  CHECK(extract({LayerBuilder().directory("./", 0711).directory("/", 0751)}).empty());
}

TEST_CASE("extractor links: attributes of a link are its own", "[tree]") {
  ExtractedTree tree(any_descent());
  const auto before = tree.status("../outside/canary");
  auto entry = entry_of(EntryType::symbolic_link, "link", 0777);
  entry.link = "../outside/canary";

  tree.layer(LayerBuilder().add(entry));

  tree.extractor().finish();
  const auto after = tree.status("../outside/canary");
  CHECK(tree.status("link").st_mtim.tv_sec == 1'000'000'000);
  CHECK(after.st_mtim.tv_sec == before.st_mtim.tv_sec);
  CHECK(after.st_mode == before.st_mode);
  CHECK(after.st_uid == before.st_uid);
}
