#include "tar/entry_search.hpp"

#include "support/catch.hpp"

using occy::Entry;
using occy::EntryType;
using occy::PatternSyntax;
using occy::SearchMatch;
using occy::match::PathPattern;
using occy::tar::EntrySearch;
using Kind = SearchMatch::Kind;

namespace {

std::optional<SearchMatch> look(std::string_view pattern, const Entry& entry) {
  const PathPattern compiled = PathPattern::parse(pattern, PatternSyntax::glob).value();
  return EntrySearch(compiled).look_at(entry);
}

}  // namespace

TEST_CASE("entry search: a match tells what the entry is", "[tar]") {
  const auto file = look("*.py", {.path = "./usr/a.py", .real_size = 12});
  const auto link = look("*.py", {.path = "usr/b.py", .type = EntryType::symbolic_link, .link = "a.py"});

  REQUIRE(file);
  CHECK(file->kind == Kind::entry);
  CHECK(file->path == "usr/a.py");
  CHECK(file->size == 12);
  REQUIRE(link);
  CHECK(link->type == EntryType::symbolic_link);
  CHECK(link->link == "a.py");
  CHECK_FALSE(look("*.py", {.path = "usr/a.pyc"}));
}

TEST_CASE("entry search: directories are found without their slash, the root never", "[tar]") {
  CHECK(look("etc", {.path = "etc/", .type = EntryType::directory}));
  CHECK_FALSE(look("**", {.path = "./", .type = EntryType::directory}));
}

TEST_CASE("entry search: a whiteout is found by what it hides, and by its own name", "[tar]") {
  const auto hidden = look("passwd", {.path = "etc/.wh.passwd"});

  REQUIRE(hidden);
  CHECK(hidden->kind == Kind::whiteout);
  CHECK(hidden->path == "etc/passwd");
  CHECK(look(".wh.*", {.path = "etc/.wh.passwd"}));
  CHECK(look("/etc", {.path = ".wh.etc"})->path == "etc");
  CHECK_FALSE(look("group", {.path = "etc/.wh.passwd"}));
}

TEST_CASE("entry search: an opaque marker is found by its directory", "[tar]") {
  const auto opaque = look("/var/cache", {.path = "var/cache/.wh..wh..opq"});

  REQUIRE(opaque);
  CHECK(opaque->kind == Kind::opaque);
  CHECK(opaque->path == "var/cache");
  CHECK_FALSE(look("*.deb", {.path = "var/cache/.wh..wh..opq"}));
  CHECK_FALSE(look("*.deb", {.path = ".wh..wh..opq"}));
}
