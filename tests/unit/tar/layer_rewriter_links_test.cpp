// Hard links to what was dropped from a layer.
#include <algorithm>

#include "occy/error.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/rewrite.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using namespace occy::tar;
using test::error_of;
using test::Magic;
using test::pax_record;
using test::RawTar;
using test::rewrite;
using test::text_of;

namespace {

using Paths = std::vector<std::string>;

bool has(const Paths& paths, const std::string& path) {
  return std::find(paths.begin(), paths.end(), path) != paths.end();
}

LayerRewriter::Decide drop_these(Paths paths) {
  return [paths](Entry& entry) { return has(paths, entry.path) ? Verdict::drop : Verdict::keep; };
}

RawTar& add_link(RawTar& layer, const std::string& name, const std::string& target) {
  return layer.header({.name = name, .type = '1', .link = target});
}

RawTar file_with_links(const std::string& content, const Paths& names) {
  RawTar layer;
  layer.extension('x', pax_record("SCHILY.xattr.user.note", "n")).file("a", content);
  for (const std::string& name : names) add_link(layer, name, "a");
  return layer.end();
}

RawTar renamed_file(const std::string& content, const std::string& name) {
  RawTar layer;
  layer.extension('x', pax_record("SCHILY.xattr.user.note", "n")).file(name, content);
  return layer;
}

}  // namespace

TEST_CASE("layer rewriter: a hard link to a dropped file becomes the file", "[tar]") {
  const auto block_size = GENERATE(1U, 513U, 1'000'000U);
  const auto content = GENERATE(std::string{}, std::string(1000, 'c'));

  const auto done = rewrite(file_with_links(content, {"b"}).bytes(), drop_these({"a"}), block_size);

  CHECK(done.bytes == text_of(renamed_file(content, "b").end().bytes()));
}

TEST_CASE("layer rewriter: further links lead to the link that became the file", "[tar]") {
  auto expected = renamed_file("content", "b");
  add_link(add_link(expected, "c", "b"), "d", "b").end();

  CHECK(rewrite(file_with_links("content", {"b", "c", "d"}).bytes(), drop_these({"a"})).bytes ==
        text_of(expected.bytes()));
}

TEST_CASE("layer rewriter: the first link that is kept becomes the file", "[tar]") {
  auto expected = renamed_file("content", "c");
  add_link(expected, "d", "c").end();

  CHECK(rewrite(file_with_links("content", {"b", "c", "d"}).bytes(), drop_these({"a", "b"})).bytes ==
        text_of(expected.bytes()));
}

TEST_CASE("layer rewriter: when every name is dropped, the file is gone", "[tar]") {
  CHECK(rewrite(file_with_links("content", {"b", "c"}).bytes(), drop_these({"a", "b", "c"})).bytes ==
        std::string(1024, '\0'));
}

TEST_CASE("layer rewriter: a visitor sees the file in place of the link, and may change it", "[tar]") {
  std::vector<Entry> seen;
  const auto done = rewrite(file_with_links("content", {"b", "c"}).bytes(), [&](Entry& entry) {
    seen.push_back(entry);
    entry.mode = 0600;
    return entry.path == "a" ? Verdict::drop : Verdict::keep;
  });

  REQUIRE(seen.size() == 3);
  CHECK(seen[1].type == EntryType::file);
  CHECK(seen[1].path == "b");
  CHECK(seen[1].link.empty());
  CHECK(seen[1].stored_size == 7);
  CHECK(seen[1].records == std::vector<std::pair<std::string, std::string>>{{"SCHILY.xattr.user.note", "n"}});
  CHECK(seen[2].type == EntryType::hard_link);
  CHECK(seen[2].link == "b");
  CHECK(done.entries()[0].mode == 0600);
}

TEST_CASE("layer rewriter: links to a link that is dropped lead to its file", "[tar]") {
  RawTar layer;
  add_link(add_link(add_link(layer.file("a", "1"), "b", "a"), "c", "b"), "d", "./c").end();
  RawTar expected;
  add_link(expected.file("a", "1"), "d", "a").end();

  CHECK(rewrite(layer.bytes(), drop_these({"b", "c"})).bytes == text_of(expected.bytes()));
}

TEST_CASE("layer rewriter: a chain of links to a dropped file holds together", "[tar]") {
  RawTar layer;
  add_link(add_link(add_link(add_link(layer.file("a", "1"), "b", "a"), "c", "b"), "d", "c"), "e", "a").end();
  RawTar expected;
  add_link(expected.file("d", "1"), "e", "d").end();

  CHECK(rewrite(layer.bytes(), drop_these({"a", "b", "c"})).bytes == text_of(expected.bytes()));
}

TEST_CASE("layer rewriter: a link that became the file and comes again under another name stays", "[tar]") {
  RawTar layer;
  add_link(add_link(add_link(layer.file("a", "1"), "b", "a"), "c", "a"), "d", "c").end();
  RawTar expected;
  add_link(expected.file("b", "1"), "d", "b").end();

  CHECK(rewrite(layer.bytes(), drop_these({"a", "c"})).bytes == text_of(expected.bytes()));
}

TEST_CASE("layer rewriter: names count without a leading ./ or /", "[tar]") {
  RawTar layer;
  add_link(add_link(layer.file("./dir/a", "1"), "./dir/b", "dir/a"), "./dir/c", "/dir/a").end();
  RawTar expected;
  add_link(expected.file("./dir/b", "1"), "./dir/c", "./dir/b").end();

  CHECK(rewrite(layer.bytes(), drop_these({"./dir/a"})).bytes == text_of(expected.bytes()));
}

TEST_CASE("layer rewriter: a name that comes again is the new file's", "[tar]") {
  RawTar layer;
  add_link(layer.file("a", "old").file("a", "new"), "b", "a").end();
  bool first = true;

  const auto done =
      rewrite(layer.bytes(), [&](Entry&) { return std::exchange(first, false) ? Verdict::drop : Verdict::keep; });

  RawTar expected;
  CHECK(done.bytes == text_of(add_link(expected.file("a", "new"), "b", "a").end().bytes()));
}

TEST_CASE("layer rewriter: a link with its own name keeps the file when the first is dropped", "[tar]") {
  RawTar layer;
  add_link(layer.file("a", "content"), "a", "a").end();
  bool first = true;

  const auto done =
      rewrite(layer.bytes(), [&](Entry&) { return std::exchange(first, false) ? Verdict::drop : Verdict::keep; });

  CHECK(done.bytes == text_of(RawTar{}.file("a", "content").end().bytes()));
}

TEST_CASE("layer rewriter: when the link that became the file is replaced, the next one becomes it", "[tar]") {
  RawTar layer;
  add_link(layer.file("a", "content"), "b", "a").file("b", "new");
  add_link(add_link(layer, "c", "a"), "d", "b").end();
  RawTar expected;
  add_link(expected.file("b", "content").file("b", "new").file("c", "content"), "d", "b").end();

  CHECK(rewrite(layer.bytes(), drop_these({"a"})).bytes == text_of(expected.bytes()));
}

TEST_CASE("layer rewriter: the link that became the file and comes again is the file again", "[tar]") {
  RawTar expected;
  expected.extension('x', pax_record("SCHILY.xattr.user.note", "n")).file("b", "content");
  expected.extension('x', pax_record("SCHILY.xattr.user.note", "n")).file("b", "content").end();

  CHECK(rewrite(file_with_links("content", {"b", "b"}).bytes(), drop_these({"a"})).bytes == text_of(expected.bytes()));
}

TEST_CASE("layer rewriter: a dropped name does not lead to a file that took the place of its own", "[tar]") {
  RawTar layer;
  add_link(add_link(layer.file("x", "old"), "d", "x").file("x", "new"), "e", "d").end();

  const Error error = error_of([&] { (void)rewrite(layer.bytes(), drop_these({"d"})); });

  CHECK(error.code() == Errc::unsupported);
  CHECK(error.side() == Side::filter);
  CHECK(error.detail().subject == "d");
  CHECK(error.detail().found == "x");
}

TEST_CASE("layer rewriter: a dropped name that is linked anew leads to the new file", "[tar]") {
  RawTar layer;
  add_link(add_link(add_link(layer.file("x", "old"), "d", "x").file("x", "new"), "d", "x"), "e", "d").end();
  RawTar expected;
  add_link(expected.file("x", "old").file("x", "new"), "e", "x").end();

  CHECK(rewrite(layer.bytes(), drop_these({"d"})).bytes == text_of(expected.bytes()));
}

TEST_CASE("layer rewriter: links to dropped symbolic links, devices and fifos become these", "[tar]") {
  const auto type = GENERATE('2', '3', '4', '6');
  const std::string target = type == '2' ? "somewhere" : "";
  RawTar layer;
  add_link(layer.header({.name = "a", .type = type, .link = target}), "b", "a").end();

  const auto done = rewrite(layer.bytes(), drop_these({"a"}));

  CHECK(done.bytes == text_of(RawTar{}.header({.name = "b", .type = type, .link = target}).end().bytes()));
}

TEST_CASE("layer rewriter: a link into another layer stays what it is", "[tar]") {
  RawTar layer;
  add_link(layer.file("a", "1"), "b", "of/another/layer").end();
  RawTar expected;

  CHECK(rewrite(layer.bytes(), drop_these({"a"})).bytes ==
        text_of(add_link(expected, "b", "of/another/layer").end().bytes()));
}

TEST_CASE("layer rewriter: a sparse file comes back with its map", "[tar]") {
  RawTar layer;
  const auto block = [](const std::string& name) {
    auto header = test::RawHeader{.name = name, .type = 'S', .size = 3, .magic = Magic::gnu}.block();
    for (const auto& [offset, number] : {std::pair{386U, 97U}, {398U, 3U}, {483U, 100U}})
      (void)put_octal(header, {offset, 12}, number);
    put_checksum(header);
    return header;
  };
  add_link(layer.block(block("a")).data("xyz"), "b", "a").end();

  CHECK(rewrite(layer.bytes(), drop_these({"a"})).bytes ==
        text_of(RawTar{}.block(block("b")).data("xyz").end().bytes()));
}

TEST_CASE("layer rewriter: a large file waits in a file without a name", "[tar]") {
  const test::TempDir directory;
  std::string content(3'000'000, 'x');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * i >> 8U);
  const auto layer = file_with_links(content, {"b"});

  const auto done = rewrite(layer.bytes(), drop_these({"a"}), 70'000, directory.path());

  CHECK(done.bytes == text_of(renamed_file(content, "b").end().bytes()));
  CHECK(std::filesystem::is_empty(directory.path()));
}

TEST_CASE("layer rewriter: where there is no place to wait, that is said", "[tar]") {
  const auto layer = file_with_links(std::string(3'000'000, 'x'), {"b"});

  const Error error = error_of([&] { (void)rewrite(layer.bytes(), drop_these({"a"}), 70'000, "/nowhere"); });

  CHECK(error.side() == Side::filter);
  CHECK_THAT(error.detail().subject, test::contains_text("/nowhere"));
}

TEST_CASE("layer rewriter: a file comes back with what the global headers before it said", "[tar]") {
  RawTar layer;
  layer.extension('g', pax_record("uid", "7") + pax_record("mtime", "17.5")).file("a", "1");
  add_link(layer.extension('g', pax_record("uid", "9") + pax_record("gid", "5")), "b", "a").end();

  const auto entries = rewrite(layer.bytes(), drop_these({"a"})).entries();

  REQUIRE(entries.size() == 1);
  CHECK(entries[0].uid == 7);
  CHECK(entries[0].gid == 0);
  CHECK(entries[0].mtime == Time{17, 500'000'000});
}

TEST_CASE("dropped files: more names than can be remembered matter only to a link that may need one", "[tar]") {
  DroppedFiles dropped("/nowhere", 2);
  const auto header = test::RawHeader{}.block();
  for (const char* name : {"a", "b", "c"}) dropped.add_file(name, header, 0);

  CHECK(dropped.find("a"));
  const Error error = error_of([&] { (void)dropped.find("c"); });
  CHECK(error.code() == Errc::limit);
  CHECK(error.detail().expected == "at most 2 dropped files in a layer with hard links");
}
