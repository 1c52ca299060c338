#include "occy/filters/exclude.hpp"

#include "support/catch.hpp"
#include "support/error_of.hpp"

using occy::Entry;
using occy::ExcludeFilter;
using occy::Verdict;

namespace {

bool drops(const std::vector<std::string>& patterns, const std::string& path) {
  ExcludeFilter filter(patterns);
  const auto visitor = filter.visit_layer({});
  Entry entry{.path = path};
  return visitor->visit(entry) == Verdict::drop;
}

}  // namespace

TEST_CASE("exclude: what matches any pattern is dropped, however the layer writes its path", "[filters]") {
  CHECK(drops({"etc/passwd"}, "etc/passwd"));
  CHECK(drops({"etc/passwd"}, "./etc/passwd"));
  CHECK(drops({"etc/passwd"}, "/etc/passwd"));
  CHECK(drops({"etc/passwd"}, "etc//./passwd"));
  CHECK(drops({"/etc/passwd"}, "etc/passwd"));
  CHECK(drops({"x", "etc/*"}, "etc/passwd"));
  CHECK_FALSE(drops({"etc/passwd"}, "etc/passwd-"));
  CHECK_FALSE(drops({"passwd"}, "etc/passwd"));
}

TEST_CASE("exclude: a directory goes with all that lies in it", "[filters]") {
  CHECK(drops({"var/cache"}, "var/cache/"));
  CHECK(drops({"var/cache"}, "var/cache/apt/archives/x.deb"));
  CHECK(drops({"**/.git"}, ".git/config"));
  CHECK_FALSE(drops({"var/cache/*"}, "var/cache/"));
  CHECK_FALSE(drops({"var/cache"}, "var/cached"));
}

TEST_CASE("exclude: a whiteout goes with what it hides", "[filters]") {
  CHECK(drops({"etc/passwd"}, "etc/.wh.passwd"));
  CHECK(drops({"etc"}, "etc/.wh.passwd"));
  CHECK(drops({"etc"}, ".wh.etc"));
  CHECK_FALSE(drops({"etc/passwd"}, ".wh.etc"));
  CHECK_FALSE(drops({"**/.*"}, "etc/.wh.passwd"));
  CHECK(drops({"**/.*"}, "etc/.wh..hidden"));
}

TEST_CASE("exclude: an opaque marker goes when everything below its directory does", "[filters]") {
  CHECK(drops({"var/cache"}, "var/cache/.wh..wh..opq"));
  CHECK(drops({"var/cache/*"}, "var/cache/.wh..wh..opq"));
  CHECK(drops({"var/**"}, "var/cache/.wh..wh..opq"));
  CHECK_FALSE(drops({"var/cache/*.deb"}, "var/cache/.wh..wh..opq"));
  CHECK_FALSE(drops({"var/cache/apt"}, "var/cache/.wh..wh..opq"));
}

TEST_CASE("exclude: an entry that stays is left as it is", "[filters]") {
  ExcludeFilter filter({"x"});
  const auto visitor = filter.visit_layer({});
  Entry entry{.path = "./a//b", .records = {{"SCHILY.xattr.user.x", "1"}}};

  CHECK(visitor->visit(entry) == Verdict::keep);

  CHECK(entry.path == "./a//b");
  CHECK(entry.records.size() == 1);
}

TEST_CASE("exclude: the fingerprint says which patterns there are, and in which order", "[filters]") {
  const auto print = [](const std::vector<std::string>& patterns) { return ExcludeFilter(patterns).fingerprint(); };

  CHECK(print({"a", "b"}) == print({"a", "b"}));
  CHECK(print({"a", "b"}) != print({"b", "a"}));
  CHECK(print({"a 1:b"}) != print({"a", "b"}));
  CHECK_FALSE(print({"a"}).empty());
}

TEST_CASE("exclude: patterns that do not parse are refused at once", "[filters]") {
  using occy::test::error_of;

  CHECK(error_of([] {
          ExcludeFilter({"ok", "a[b"});
        }).what() == std::string("exclude: pattern 'a[b': glob: expected ] after [, found the end at byte 1"));
  CHECK(error_of([] { ExcludeFilter({}); }).what() == std::string("exclude: no pattern"));
  CHECK(error_of([] { ExcludeFilter({}); }).code() == occy::Errc::bad_text);
}
