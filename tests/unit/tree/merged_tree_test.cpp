#include "tree/merged_tree.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "occy/error.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "tree/tree_cursor.hpp"

using namespace occy;
using namespace occy::tree;

namespace {

// "a" is a file, "a/" a directory, "a -> b" a symbolic link, "a => b" a hard link.
Entry entry_of(const std::string& text) {
  Entry entry{.path = text};
  if (const auto arrow = text.find(" -> "); arrow != std::string::npos)
    entry = {.path = text.substr(0, arrow), .type = EntryType::symbolic_link, .link = text.substr(arrow + 4)};
  else if (const auto double_arrow = text.find(" => "); double_arrow != std::string::npos)
    entry = {.path = text.substr(0, double_arrow), .type = EntryType::hard_link, .link = text.substr(double_arrow + 4)};
  else if (text.ends_with('/'))
    entry.type = EntryType::directory;
  return entry;
}

using Layer = std::vector<std::string>;

MergedTree merged(const std::vector<Layer>& layers, const Limits& limits = {}) {
  MergedTree tree(limits);
  for (const Layer& layer : layers) {
    LayerEntries entries("layer", limits);
    for (const std::string& text : layer) entries.add(entry_of(text));
    tree.apply(entries);
  }
  return tree;
}

const char* mark_of(EntryType type) {
  if (type == EntryType::directory) return "/";
  if (type == EntryType::symbolic_link) return "@";
  return type == EntryType::hard_link ? "!" : "";
}

// "usr/ usr/lib@": each path with a mark for its type, "?" behind an implied directory, "=NAME" behind a further name
// of a file.
std::string shown(const MergedTree& tree) {
  std::string text;
  TreeCursor cursor(tree);
  while (const auto file = cursor.next()) {
    if (file->path.empty()) continue;
    text += (text.empty() ? "" : " ") + file->path + mark_of(file->type) + (file->entry ? "" : "?") +
            (file->first_name.empty() ? "" : "=" + file->first_name);
  }
  return text;
}

std::string tree_of(const std::vector<Layer>& layers) { return shown(merged(layers)); }

std::string fates(const std::vector<Layer>& layers) {
  const MergedTree tree = merged(layers);
  std::string text;
  for (std::size_t layer = 0; layer < layers.size(); ++layer) {
    if (layer != 0) text += '|';
    for (std::size_t ordinal = 0; ordinal < layers[layer].size(); ++ordinal)
      text += "vrg-"[static_cast<int>(tree.fate(layer, ordinal))];
  }
  return text;
}

template <class Action>
std::string refusal(const Action& action) {
  return test::error_of(action).what();
}

}  // namespace

TEST_CASE("merged tree: layers lie over one another", "[tree]") {
  CHECK(tree_of({}).empty());
  CHECK(tree_of({{"./", "etc/", "etc/a", "etc/b"}, {"etc/b", "etc/c"}}) == "etc/ etc/a etc/b etc/c");
  CHECK(fates({{"./", "etc/", "etc/a", "etc/b"}, {"etc/b", "etc/c"}}) == "vvvr|vv");
}

TEST_CASE("merged tree: a directory stands before what is in it, and that before the next name", "[tree]") {
  CHECK(tree_of({{"a.b", "a/", "a/z", "a-b", "a/b/", "a/b/c", "A"}}) == "A a/ a/b/ a/b/c a/z a-b a.b");
}

TEST_CASE("merged tree: a whiteout hides what lower layers have, wherever it stands", "[tree]") {
  const Layer lower = {"a/", "a/old", "b"};
  Layer upper = {".wh.a", ".wh.b", "a/", "a/new"};
  std::sort(upper.begin(), upper.end());
  do {
    CAPTURE(upper);
    CHECK(tree_of({lower, upper}) == "a/ a/new");
  } while (std::next_permutation(upper.begin(), upper.end()));

  CHECK(fates({lower, {"a/new", ".wh.a", ".wh.b"}}) == "rgg|v--");
  CHECK(tree_of({lower, {"a/new", ".wh.a", ".wh.b"}}) == "a/? a/new");
}

TEST_CASE("merged tree: an opaque marker hides what lower layers have in the directory", "[tree]") {
  const Layer lower = {"a/", "a/b/", "a/b/old", "a/c", "ab"};

  CHECK(tree_of({lower, {"a/.wh..wh..opq"}}) == "a/ ab");
  CHECK(tree_of({lower, {"a/c", "a/", "a/.wh..wh..opq"}}) == "a/ a/c ab");
  CHECK(tree_of({lower, {"a/b/new", "a/.wh..wh..opq"}}) == "a/ a/b/? a/b/new ab");
  CHECK(tree_of({lower, {".wh..wh..opq", "x"}}) == "x");
  CHECK(fates({lower, {"a/c", "a/.wh..wh..opq"}}) == "vggrv|v-");
}

TEST_CASE("merged tree: what was hidden does not come back with its directory", "[tree]") {
  const std::vector<Layer> layers = {{"a/", "a/b/", "a/b/old"}, {".wh.a"}, {"a/b/new"}};

  CHECK(tree_of(layers) == "a/? a/b/? a/b/new");
  CHECK(fates(layers) == "rrg|-|v");
}

TEST_CASE("merged tree: whiteouts of what is not there hide nothing and make nothing", "[tree]") {
  CHECK(tree_of({{"a"}, {".wh.b", "x/.wh.y", "a/.wh.z", "x/.wh..wh..opq", "a/.wh..wh..opq"}}) == "a");
  CHECK(tree_of({{"a"}, {".wh.", ".wh..", ".wh...", ".wh..wh.plnk", ".wh..wh.plnk/1", ".wh.a/b"}}) == "a");
  CHECK(fates({{"a"}, {".wh.", ".wh..wh.plnk", ".wh.a/b", "a/.."}}) == "v|----");
}

TEST_CASE("merged tree: two whiteouts of one layer do not see each other", "[tree]") {
  const Layer lower = {"real/", "real/x", "link -> real"};

  CHECK(tree_of({lower, {".wh.link", "link/.wh.x"}}) == "real/");
  CHECK(tree_of({lower, {"link/.wh.x", ".wh.link"}}) == "real/");
}

TEST_CASE("merged tree: another type takes the place with all below it", "[tree]") {
  CHECK(tree_of({{"a/", "a/b"}, {"a"}}) == "a");
  CHECK(tree_of({{"a/", "a/b"}, {"a"}, {"a/"}}) == "a/");
  CHECK(tree_of({{"a"}, {"a/", "a/b"}}) == "a/ a/b");
  CHECK(tree_of({{"a"}, {"a/b"}}) == "a/? a/b");
  CHECK(tree_of({{"a/", "a/b"}, {"a -> c"}}) == "a@");
  CHECK(tree_of({{"b/", "a -> b"}, {"a/"}}) == "a/ b/");
}

TEST_CASE("merged tree: the last of an entry that comes twice counts", "[tree]") {
  CHECK(fates({{"a", "a"}}) == "rv");
  CHECK(tree_of({{"a/", "a/b", "a"}}) == "a");
  CHECK(tree_of({{"a", "a/", "a/b"}}) == "a/ a/b");
  CHECK(fates({{"a/", "a/b", "a/"}}) == "rvv");
}

TEST_CASE("merged tree: paths go through symbolic links, below the root", "[tree]") {
  const Layer lower = {"usr/", "usr/lib/", "usr/lib/old", "lib -> usr/lib", "abs -> /usr", "up -> ../../../usr"};

  CHECK(tree_of({lower, {"lib/x", "abs/y", "up/z", "lib/../w"}}) ==
        "abs@ lib@ up@ usr/ usr/lib/ usr/lib/old usr/lib/x usr/w usr/y usr/z");
  CHECK(tree_of({lower, {"lib/.wh.old", "abs/.wh.lib"}}) == "abs@ lib@ up@ usr/");
  CHECK(tree_of({lower, {"lib/.wh..wh..opq"}}) == "abs@ lib@ up@ usr/ usr/lib/");
  CHECK(fates({lower, {"lib/old"}}) == "vvrvvv|v");
}

TEST_CASE("merged tree: a link that leads nowhere gets its directory, one in a circle gives way", "[tree]") {
  CHECK(tree_of({{"a -> x/y", "a/b"}}) == "a@ x/? x/y/? x/y/b");
  CHECK(tree_of({{"a -> b", "b -> a", "a/c"}}) == "a/? a/c b@");
  CHECK(tree_of({{"a -> a", "a/.wh.c"}}) == "a@");
  CHECK(tree_of({{"a -> ", "a/b"}}) == "a/? a/b");
}

TEST_CASE("merged tree: hard links are names of one file", "[tree]") {
  CHECK(tree_of({{"a", "b => a", "c => ./b"}}) == "a b=a c=a");
  CHECK(tree_of({{"z", "b => z"}}) == "b z=b");
  CHECK(tree_of({{"a", "b => a"}, {".wh.a"}}) == "b");
  CHECK(tree_of({{"a", "b => a", "c => a"}, {"a"}}) == "a b c=b");
  CHECK(tree_of({{"a"}, {"b => a"}}) == "a b=a");
  CHECK(tree_of({{"s -> t", "b => s"}}) == "b@ s@=b");
  CHECK(tree_of({{"d/", "d/a", "l -> d", "b => l/a"}}) == "b d/ d/a=b l@");
  CHECK(tree_of({{"a", "a => a"}}) == "a");
}

TEST_CASE("merged tree: a hard link without a file stands for itself", "[tree]") {
  CHECK(tree_of({{"b => a"}}) == "b!");
  CHECK(tree_of({{"d/", "b => d", "c => ../x/..", "e => "}}) == "b! c! d/ e!");
  CHECK(tree_of({{"a"}, {".wh.a", "b => a"}}) == "b!");
}

TEST_CASE("merged tree: names are compared as bytes", "[tree]") {
  CHECK(tree_of({{"\xff", "\xc3\xa4", "z"}}) == "z \xc3\xa4 \xff");
}

TEST_CASE("merged tree: the cursor tells which entries a file comes from", "[tree]") {
  const MergedTree tree = merged({{}, {"a/", "a/f"}, {"a/", "g => a/f", "n/m"}, {}});
  TreeCursor cursor(tree);

  REQUIRE(cursor.next()->path.empty());
  CHECK(cursor.next()->entry == EntryPlace{.layer = 2, .ordinal = 0});
  CHECK(cursor.next()->content == EntryPlace{.layer = 1, .ordinal = 1});
  const auto link = cursor.next();
  CHECK(link->entry == EntryPlace{.layer = 2, .ordinal = 1});
  CHECK(link->content == EntryPlace{.layer = 1, .ordinal = 1});
  CHECK(link->first_name == "a/f");
  CHECK_FALSE(cursor.next()->entry);
}

TEST_CASE("merged tree: the root can have an entry", "[tree]") {
  const MergedTree tree = merged({{"/", ".", "./"}});

  CHECK(TreeCursor(tree).next()->entry == EntryPlace{.layer = 0, .ordinal = 2});
  CHECK(fates({{"./"}, {"./"}}) == "r|v");
}

TEST_CASE("merged tree: every cap is an error that names it", "[tree]") {
  CHECK(refusal([] {
          (void)merged({{"a", "b"}}, {.tree_entries = 1});
        }) == "input: layer: too many entries: expected up to 1, found more");
  CHECK(refusal([] {
          (void)merged({{"a"}, {"b"}}, {.tree_entries = 1});
        }) == "input: final tree: too many entries: expected up to 1, found more");
  CHECK(refusal([] {
          (void)merged({{"a/b/c/d/e", "f"}}, {.tree_entries = 4});
        }).starts_with("input: final tree: too many paths: expected up to 4 paths"));
  CHECK(refusal([] {
          (void)merged({{"a", "b"}}, {.tree_text_bytes = 1});
        }).starts_with("input: layer: paths and links are too long together"));
  CHECK(refusal([] {
          (void)merged({{std::string(5000, 'a')}});
        }).ends_with("path or link is too long: expected up to 4095 bytes, found 5000"));
  CHECK(refusal([] {
          (void)merged({{"a -> " + std::string(5000, 'a')}});
        }).ends_with("path or link is too long: expected up to 4095 bytes, found 5000"));
}
