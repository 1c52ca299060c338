#include "match/line_search.hpp"

#include <vector>

#include "support/catch.hpp"

using occy::SearchMatch;
using occy::match::LineSearch;
using occy::match::Regex;

namespace {

std::vector<SearchMatch::Line> lines(std::string_view pattern, std::string_view text, std::size_t block_size = 7) {
  std::vector<SearchMatch::Line> found;
  const Regex regex = Regex::parse(pattern).value();
  LineSearch search(regex, [&](SearchMatch::Line line) { found.push_back(std::move(line)); });
  for (std::size_t at = 0; at < text.size(); at += block_size)
    search.push(std::as_bytes(std::span(text.substr(at, block_size))));
  search.finish();
  return found;
}

std::string told(std::string_view pattern, std::string_view text, std::size_t block_size = 7) {
  std::string all;
  for (const auto& line : lines(pattern, text, block_size))
    all += std::to_string(line.number) + "@" + std::to_string(line.offset) + ":" + line.text + "|";
  return all;
}

const std::string kFiller(3 * LineSearch::kWindow, 'x');

}  // namespace

TEST_CASE("line search: each line that matches is told, with its number and offset", "[match]") {
  const std::string text = "root:x:0\nbin:x:1\n\ndaemon:x:2\nno end root";

  for (const std::size_t block_size : {1U, 2U, 7U, 100U}) {
    CHECK(told("root", text, block_size) == "1@0:root:x:0|5@29:no end root|");
    CHECK(told("^$", text, block_size) == "3@17:|");
    CHECK(told("^[a-z]+:x:\\d$", text, block_size) == "1@0:root:x:0|2@9:bin:x:1|4@18:daemon:x:2|");
  }
  CHECK(told("x", "").empty());
  CHECK(told("^$", "a\n").empty());
}

TEST_CASE("line search: a match never spans lines", "[match]") {
  CHECK(told("a\\sb", "a\nb").empty());
  CHECK(told("(?s)a.b", "a\nb").empty());
}

TEST_CASE("line search: any bytes may stand in a line", "[match]") {
  CHECK(told("b.d", std::string_view("a\0b\xff\nbcd\0\n", 11)) == std::string("2@5:bcd\0|", 9));
}

TEST_CASE("line search: a match as long as the overlap is found wherever it stands", "[match]") {
  const std::string match = "a" + std::string(LineSearch::kOverlap - 2, 'b') + "c";
  const std::size_t edge = LineSearch::kWindow - LineSearch::kOverlap;
  for (std::size_t at = edge - 2; at <= edge + 2; ++at) {
    INFO(at);
    CHECK(lines("ab+c", std::string(at, 'x') + match + std::string(LineSearch::kWindow, 'x'), 100'000).size() == 1);
  }
}

TEST_CASE("line search: a long line is searched in windows, and told once", "[match]") {
  for (const std::size_t at : {std::size_t{0}, LineSearch::kWindow - 3, LineSearch::kWindow, LineSearch::kWindow + 1,
                               2 * LineSearch::kWindow - LineSearch::kOverlap - 2, kFiller.size() - 6}) {
    std::string text = kFiller;
    text.replace(at, 6, "needle");
    text += "\nneedle\n";
    const auto found = lines("needle", text, 100'000);

    INFO(at);
    REQUIRE(found.size() == 2);
    CHECK(found[0].number == 1);
    CHECK(found[0].text.size() <= LineSearch::kMostText);
    CHECK(found[0].text.find("needle") != std::string::npos);
    CHECK(found[0].offset + found[0].text.find("needle") == at);
    CHECK(found[1].number == 2);
    CHECK(found[1].offset == kFiller.size() + 1);
  }
}

TEST_CASE("line search: the ends of a window are not those of the line", "[match]") {
  CHECK(lines("^x", "a" + kFiller, 1 << 20).empty());
  CHECK(lines("x$", kFiller + "a", 1 << 20).empty());
  CHECK(lines("\\bx", kFiller, 1 << 20).size() == 1);
  CHECK(lines("^x+$", "x\n", 1 << 20).size() == 1);
}
