#include "tree/link_resolver.hpp"

#include <map>
#include <system_error>

#include "support/catch.hpp"

using namespace occy::tree;

namespace {

/// A tree as text: a path and where it leads; "" for a directory, "file" for a file.
using Tree = std::map<std::string, std::string>;

Resolved resolve(const Tree& tree, std::string_view path) {
  return resolve_links(path, [&](const std::string& place) -> Sight {
    const auto found = tree.find(place);
    if (found == tree.end()) return {};
    if (found->second.empty()) return {.kind = Sight::Kind::directory};
    if (found->second == "file") return {.kind = Sight::Kind::other};
    return {.kind = Sight::Kind::link, .target = found->second};
  });
}

}  // namespace

TEST_CASE("link resolver: directories are where they are", "[tree]") {
  const Tree tree = {{"usr", ""}, {"usr/lib", ""}};

  CHECK(resolve(tree, "").directory.empty());
  CHECK(resolve(tree, "usr/lib").directory == "usr/lib");
  CHECK(resolve(tree, "/usr//./lib/").directory == "usr/lib");
  CHECK(resolve(tree, "usr/lib").missing.empty());
}

TEST_CASE("link resolver: links lead on, relative and from the root", "[tree]") {
  const Tree tree = {{"usr", ""}, {"usr/lib", ""}, {"lib", "usr/lib"}, {"usr/up", "../lib"}, {"abs", "/usr"}};

  CHECK(resolve(tree, "lib").directory == "usr/lib");
  CHECK(resolve(tree, "usr/up").directory == "usr/lib");
  CHECK(resolve(tree, "abs/lib").directory == "usr/lib");
}

TEST_CASE("link resolver: nothing leads above the root", "[tree]") {
  const Tree tree = {{"etc", ""}, {"out", "../../../etc"}, {"far", "/../../etc"}, {"here", ".."}};

  CHECK(resolve(tree, "out").directory == "etc");
  CHECK(resolve(tree, "far").directory == "etc");
  CHECK(resolve(tree, "here/here/etc").directory == "etc");
}

TEST_CASE("link resolver: what is missing is named, and what is in the way", "[tree]") {
  const Tree tree = {{"usr", ""}, {"usr/file", "file"}, {"dangling", "/usr/none/x"}};

  const auto missing = resolve(tree, "usr/a/b");
  CHECK(missing.directory == "usr");
  CHECK(missing.missing == std::vector<std::string>{"a", "b"});
  CHECK_FALSE(missing.blocked);

  const auto blocked = resolve(tree, "usr/file/b");
  CHECK(blocked.missing == std::vector<std::string>{"file", "b"});
  CHECK(blocked.blocked);
  CHECK(resolve(tree, "usr/file/../a").missing == std::vector<std::string>{"a"});

  const auto dangling = resolve(tree, "dangling/y");
  CHECK(dangling.directory == "usr");
  CHECK(dangling.missing == std::vector<std::string>{"none", "x", "y"});
}

TEST_CASE("link resolver: a loop ends", "[tree]") {
  const Tree tree = {{"a", "b"}, {"b", "a"}, {"self", "self/self"}};

  CHECK_THROWS_AS(resolve(tree, "a"), std::system_error);
  CHECK_THROWS_AS(resolve(tree, "self/x"), std::system_error);
}

TEST_CASE("link resolver: forty links are followed, as the kernel does", "[tree]") {
  Tree tree = {{"l40", ""}};
  for (int i = 0; i < 40; ++i) tree["l" + std::to_string(i)] = "l" + std::to_string(i + 1);
  tree["one-more"] = "l0";

  CHECK(resolve(tree, "l0").directory == "l40");
  CHECK_THROWS_AS(resolve(tree, "one-more"), std::system_error);
}

TEST_CASE("link resolver: the targets of all links are together as long as one path", "[tree]") {
  const auto detour = [](std::size_t steps, const std::string& end) {
    std::string target;
    for (std::size_t i = 0; i < steps; ++i) target += "a/../";
    return target + end;
  };
  Tree tree = {{"a", ""}, {"one", detour(400, "two")}, {"two", detour(400, "a")}, {"three", detour(20, "one")}};
  std::size_t looks = 0;
  const auto look = [&](const std::string& place) -> Sight {
    ++looks;
    const std::string& target = tree.at(place);
    return target.empty() ? Sight{.kind = Sight::Kind::directory} : Sight{.kind = Sight::Kind::link, .target = target};
  };

  CHECK(resolve(tree, "one").directory == "a");
  CHECK_THROWS_AS(resolve_links("three", look), std::system_error);
  CHECK(looks < 1000);
}
