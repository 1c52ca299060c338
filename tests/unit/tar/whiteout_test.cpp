#include "tar/whiteout.hpp"

#include <ostream>
#include <string>

#include "support/catch.hpp"

using namespace occy::tar;

namespace {

struct Case {
  const char* path;
  PathKind kind;
  const char* directory;
  const char* name;
};

std::ostream& operator<<(std::ostream& out, const Case& one) { return out << one.path; }

}  // namespace

TEST_CASE("whiteout: the base name says what a path means", "[tar]") {
  const auto expected = GENERATE(values<Case>({
      {"etc/hostname", PathKind::ordinary, "etc", "hostname"},
      {"./etc/", PathKind::ordinary, "", "etc"},
      {"./", PathKind::ordinary, "", ""},
      {"/a//b/./.wh.c", PathKind::whiteout, "a/b", "c"},
      {".wh.gone", PathKind::whiteout, "", "gone"},
      {"a/.wh.dir/", PathKind::whiteout, "a", "dir"},
      {"a/.wh..hidden", PathKind::whiteout, "a", ".hidden"},
      {"a/.wh....", PathKind::whiteout, "a", "..."},
      {"a/.wh..wh", PathKind::whiteout, "a", ".wh"},
      {".wh..wh..opq", PathKind::opaque, "", ""},
      {"a/b/.wh..wh..opq", PathKind::opaque, "a/b", ""},
      {"a/.wh..wh.opq", PathKind::reserved, "a", ".wh..wh.opq"},
      {".wh..wh.plnk", PathKind::reserved, "", ".wh..wh.plnk"},
      {".wh..wh.plnk/1.2", PathKind::reserved, ".wh..wh.plnk", "1.2"},
      {"a/.wh..wh.", PathKind::reserved, "a", ".wh..wh."},
      {"a/.wh.", PathKind::bad, "a", ".wh."},
      {"a/.wh..", PathKind::bad, "a", ".wh.."},
      {"a/.wh.../", PathKind::bad, "a", ".wh..."},
      {"a/.wh.b/c", PathKind::bad, "a/.wh.b", "c"},
      {"a/.wh.b/.wh.c", PathKind::bad, "a/.wh.b", ".wh.c"},
      {"a/wh.b", PathKind::ordinary, "a", "wh.b"},
      {"a/b.wh.c", PathKind::ordinary, "a", "b.wh.c"},
  }));
  CAPTURE(expected);
  std::string storage;

  const PathMeaning meaning = meaning_of(look_at(expected.path, storage));

  CHECK(meaning.kind == expected.kind);
  CHECK(meaning.directory == expected.directory);
  CHECK(meaning.name == expected.name);
}
