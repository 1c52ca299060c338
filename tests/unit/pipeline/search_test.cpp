#include "occy/search.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "occy/error.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/memory_input.hpp"

using occy::Compression;
using occy::PatternSyntax;
using occy::SearchedLayer;
using occy::SearchMatch;
using occy::SearchOptions;
using occy::test::error_of;
using occy::test::Knowledge;
using occy::test::make_image;
using occy::test::make_tar;
using occy::test::MemoryInput;
using occy::test::MemoryInputOptions;
using Scope = SearchOptions::Scope;
using Lines = std::vector<std::string>;

namespace {

std::string shown(const SearchedLayer& layer, const SearchMatch& match) {
  std::string text = std::to_string(layer.number) + " ";
  if (match.kind == SearchMatch::Kind::whiteout) text += "whiteout ";
  if (match.kind == SearchMatch::Kind::opaque) text += "opaque ";
  text += match.path;
  if (!match.link.empty()) text += " -> " + match.link;
  if (match.line) text += ":" + std::to_string(match.line->number) + ":" + match.line->text;
  return text;
}

const occy::test::TestImage& image() {
  static const auto made = make_image({
      make_tar({{"./etc/", "", '5'},
                {"etc/passwd", "root:x:0\nbin:x:1\n"},
                {"etc/group", "root:x:0\n"},
                {"var/a.py", "import os\n"}}),
      make_tar({{"etc/.wh.group"},
                {"etc/passwd", "root:y:0\n"},
                {"usr/b.py", "import re\n"},
                {"usr/c.py", "", '2', "b.py"}}),
      make_tar({{"var/.wh..wh..opq"}, {"var/new.py", "x = 1\n"}}),
  });
  return made;
}

Lines search(const SearchOptions& options, const MemoryInputOptions& input_options = {}) {
  Lines lines;
  MemoryInput input(image(), input_options);
  const std::size_t count = occy::search(input, options, [&](const SearchedLayer& layer, const SearchMatch& match) {
    lines.push_back(shown(layer, match));
  });
  CHECK(count == lines.size());
  return lines;
}

}  // namespace

TEST_CASE("search: files, links, directories and whiteouts are found, layer by layer", "[pipeline]") {
  CHECK(search({.pattern = "*.py"}) == Lines{"0 var/a.py", "1 usr/b.py", "1 usr/c.py -> b.py", "2 var/new.py"});
  CHECK(search({.pattern = "/etc"}) == Lines{"0 etc"});
  CHECK(search({.pattern = "etc/*"}) == Lines{"0 etc/passwd", "0 etc/group", "1 whiteout etc/group", "1 etc/passwd"});
  CHECK(search({.pattern = "/var"}) == Lines{"2 opaque var"});
  CHECK(search({.pattern = "^(usr|var)/", .syntax = PatternSyntax::regex}).size() == 5);
  CHECK(search({.pattern = "nothing"}).empty());
}

TEST_CASE("search: the order does not depend on the number of jobs, nor on how layers are stored", "[pipeline]") {
  const Lines one = search({.pattern = "**", .jobs = 1});
  for (const unsigned jobs : {2U, 4U})
    for (const Compression compression : {Compression::none, Compression::gzip, Compression::zstd})
      CHECK(search({.pattern = "**", .jobs = jobs}, {.compression = compression}) == one);
}

TEST_CASE("search: lines of regular files that match", "[pipeline]") {
  CHECK(search({.pattern = "*", .content = "^root"}) ==
        Lines{"0 etc/passwd:1:root:x:0", "0 etc/group:1:root:x:0", "1 etc/passwd:1:root:y:0"});
  CHECK(search({.pattern = "passwd", .content = "bin"}) == Lines{"0 etc/passwd:2:bin:x:1"});
}

TEST_CASE("search: what a container sees, and what it does not see any more", "[pipeline]") {
  CHECK(search({.pattern = "*", .scope = Scope::visible}) ==
        Lines{"0 etc", "1 etc/passwd", "1 usr/b.py", "1 usr/c.py -> b.py", "2 var/new.py"});
  CHECK(search({.pattern = "*", .scope = Scope::deleted}) == Lines{"0 etc/group", "0 var/a.py"});
  CHECK(search({.pattern = "passwd", .content = "root", .scope = Scope::visible}) == Lines{"1 etc/passwd:1:root:y:0"});
}

TEST_CASE("search: a source that tells its config last is searched all the same", "[pipeline]") {
  const MemoryInputOptions stream{.knowledge = Knowledge::nothing, .max_open = 1};

  CHECK(search({.pattern = "*.py"}, stream) == search({.pattern = "*.py"}));
  CHECK(search({.pattern = "*", .scope = Scope::visible}, stream) == search({.pattern = "*", .scope = Scope::visible}));
}

TEST_CASE("search: a layer comes with the step of the build that made it", "[pipeline]") {
  MemoryInput input(occy::test::make_usual_image());
  std::vector<std::string> diff_ids;

  (void)occy::search(input, {.pattern = "**"}, [&](const SearchedLayer& layer, const SearchMatch&) {
    REQUIRE(layer.info.diff_id);
    const auto* step = occy::history_of_layer(input.config(), *layer.info.index);
    CHECK(layer.created_by == (step == nullptr ? "" : step->created_by));
    diff_ids.push_back(layer.info.diff_id->str());
  });

  CHECK_FALSE(diff_ids.empty());
}

TEST_CASE("search: patterns that do not parse are refused before anything is read", "[pipeline]") {
  const auto refusal = [](const SearchOptions& options) {
    MemoryInput input(image());
    return error_of([&] { (void)occy::search(input, options, {}); });
  };

  CHECK(refusal({.pattern = "["}).what() == std::string("[: glob: expected ] after [, found the end at byte 0"));
  CHECK(refusal({.pattern = "*", .content = "("}).code() == occy::Errc::bad_text);
}

TEST_CASE("search: a layer that is no archive is an error that names it", "[pipeline]") {
  MemoryInput input(make_image({make_tar({{"a", "x"}}), std::string(2000, 'x')}));
  Lines lines;

  const auto error = error_of([&] {
    (void)occy::search(input, {.pattern = "*"}, [&](const SearchedLayer& layer, const SearchMatch& match) {
      lines.push_back(shown(layer, match));
    });
  });

  CHECK(error.code() == occy::Errc::bad_archive);
  CHECK(lines == Lines{"0 a"});
}

TEST_CASE("search: matches that wait for the final tree are bounded", "[pipeline]") {
  SearchOptions options{.pattern = "*", .scope = Scope::visible};
  options.limits.tree_text_bytes = 100;
  MemoryInput input(image());

  CHECK(error_of([&] { (void)occy::search(input, options, {}); }).code() == occy::Errc::limit);
}

TEST_CASE("search: a stop request ends it", "[pipeline]") {
  std::stop_source stop;
  stop.request_stop();
  MemoryInput input(image());

  CHECK(error_of([&] { (void)occy::search(input, {.pattern = "*", .stop = stop.get_token()}, {}); }).code() ==
        occy::Errc::cancelled);
}

TEST_CASE("search: what the callback throws comes out", "[pipeline]") {
  MemoryInput input(image());

  CHECK_THROWS_WITH(occy::search(input, {.pattern = "*"},
                                 [](const SearchedLayer&, const SearchMatch&) { throw std::runtime_error("full"); }),
                    "full");
}
