#include "occy/filters/search.hpp"

#include "support/catch.hpp"
#include "support/error_of.hpp"

using occy::Entry;
using occy::EntryType;
using occy::PatternSyntax;
using occy::SearchedLayer;
using occy::SearchFilter;
using occy::SearchMatch;

namespace {

struct Log {
  std::vector<std::string> lines;

  occy::OnMatch taker() {
    return [this](const SearchedLayer& layer, const SearchMatch& match) {
      lines.push_back(std::to_string(layer.number) + " " + match.path);
    };
  }
};

void visit(occy::EntryVisitor& visitor, const std::string& path) {
  Entry entry{.path = path};
  CHECK(visitor.visit(entry) == occy::Verdict::keep);
}

}  // namespace

TEST_CASE("search filter: matches are told in the order of the layers, whoever is ready first", "[filters]") {
  Log log;
  SearchFilter filter("*.py", PatternSyntax::glob, log.taker());
  const auto first = filter.visit_layer({});
  const auto second = filter.visit_layer({});

  visit(*second, "b.py");
  visit(*second, "no");
  second->finish();
  CHECK(log.lines.empty());
  visit(*first, "./usr/a.py");
  CHECK(log.lines == std::vector<std::string>{"0 usr/a.py"});
  first->finish();

  CHECK(log.lines == std::vector<std::string>{"0 usr/a.py", "1 b.py"});
}

TEST_CASE("search filter: a layer that is given up does not hold up the others", "[filters]") {
  Log log;
  SearchFilter filter("x", PatternSyntax::regex, log.taker());
  auto first = filter.visit_layer({});
  const auto second = filter.visit_layer({});

  visit(*second, "x");
  first.reset();

  CHECK(log.lines == std::vector<std::string>{"1 x"});
}

TEST_CASE("search filter: the layer comes with the step of the history that made it", "[filters]") {
  std::vector<std::string> steps;
  SearchFilter filter("x", PatternSyntax::glob,
                      [&](const SearchedLayer& layer, const SearchMatch&) { steps.push_back(layer.created_by); });
  const auto digest = occy::sha256("");
  occy::ImageDescription image{.source = "s"};
  image.config = occy::ImageConfig::make({.platform = {.os = "linux", .architecture = "amd64"},
                                          .diff_ids = {digest},
                                          .history = {{.created_by = "RUN x"}}});

  filter.begin(image);
  visit(*filter.visit_layer({.index = 0, .diff_id = digest}), "x");

  CHECK(steps == std::vector<std::string>{"RUN x"});
}

TEST_CASE("search filter: a pattern that does not parse is refused at once", "[filters]") {
  const auto error = occy::test::error_of([] { SearchFilter("(", PatternSyntax::regex, {}); });

  CHECK(error.code() == occy::Errc::bad_text);
  CHECK(std::string(error.what()).find("search: pattern '(': regular expression: missing )") == 0);
}
