#include <string>

#include "occy/filters/normalize_timestamps.hpp"
#include "occy/uri.hpp"
#include "support/archive_builder.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/memory_input.hpp"

using occy::Entry;
using occy::FilterOptions;
using occy::open_filter;
using occy::test::error_of;

namespace {

std::string filter_refusal(std::string_view spec, const FilterOptions& options = {}) {
  const auto error = error_of([&] { (void)open_filter(spec, options); });
  CHECK(error.side() == occy::Side::usage);
  CHECK(error.code() == occy::Errc::bad_text);
  return error.what();
}

std::int64_t mtime_after(std::string_view spec, const FilterOptions& options = {}) {
  Entry entry{.path = "x", .mtime = {1'000, 0}};
  (void)open_filter(spec, options)->visit_layer({})->visit(entry);
  return entry.mtime.seconds;
}

bool drops(std::string_view spec, const std::string& path) {
  Entry entry{.path = path};
  return open_filter(spec)->visit_layer({})->visit(entry) == occy::Verdict::drop;
}

}  // namespace

TEST_CASE("open_filter: exclude takes any number of patterns", "[uri]") {
  CHECK(drops("exclude:pattern=a,b", "b"));
  CHECK(drops("exclude:pattern=a,pattern=b", "b"));
  CHECK(drops("exclude:pattern='a,b'", "a,b"));
  CHECK_FALSE(drops("exclude:pattern='a,b'", "b"));
}

TEST_CASE("open_filter: times come from ts, else from SOURCE_DATE_EPOCH, else are 0", "[uri]") {
  const FilterOptions epoch{.source_date_epoch = 7};

  CHECK(mtime_after("normalize-timestamps") == 0);
  CHECK(mtime_after("normalize-timestamps", epoch) == 7);
  CHECK(mtime_after("normalize-timestamps:ts=9", epoch) == 9);
  CHECK(mtime_after("normalize-timestamps:ts=2000,mode=clamp") == 1'000);
}

TEST_CASE("open_filter: keep-base opens the image that it names; a bare name is one of the engine", "[uri]") {
  std::vector<std::string> opened;
  const auto image = occy::test::make_image({"layer"});
  const FilterOptions options{.open_base = [&](const std::string& uri) {
    opened.push_back(uri);
    return std::make_unique<occy::test::MemoryInput>(image);
  }};

  const auto filter = open_filter("normalize-timestamps:keep-base=debian:12", options);
  (void)open_filter("normalize-timestamps:keep-base=tar://base.tar", options);

  CHECK(opened == std::vector<std::string>{"docker://debian:12", "tar://base.tar"});
  CHECK(filter->visit_layer({.diff_id = image.config.diff_ids()[0]}) == nullptr);
}

TEST_CASE("open_filter: search says how its matches are to be shown", "[uri]") {
  std::vector<occy::MatchStyle> styles;
  std::vector<std::string> found;
  const FilterOptions options{.on_match = [&](occy::MatchStyle style) {
    styles.push_back(style);
    return [&](const occy::SearchedLayer&, const occy::SearchMatch& match) { found.push_back(match.path); };
  }};
  Entry entry{.path = "usr/a.py"};

  (void)open_filter("search:pattern=*.py", options)->visit_layer({})->visit(entry);
  (void)open_filter("search:pattern='^usr/.\\.py$',regex=true,script_friendly=true", options)
      ->visit_layer({})
      ->visit(entry);

  CHECK(styles == std::vector{occy::MatchStyle::text, occy::MatchStyle::script});
  CHECK(found == std::vector<std::string>{"usr/a.py", "usr/a.py"});
}

TEST_CASE("open_filter: what is not known is refused with what is", "[uri]") {
  CHECK(filter_refusal("sort") ==
        "sort: unknown filter: expected exclude, inspect, normalize-timestamps, search, found sort");
  CHECK(filter_refusal("exclude:glob=a") ==
        "exclude:glob=a: unknown option of filter exclude: expected pattern, found glob");
  CHECK(filter_refusal("search:pattern=a,regexp=true") ==
        "search:pattern=a,regexp=true: unknown option of filter search: expected pattern, regex, script_friendly, "
        "found regexp");
  CHECK(filter_refusal("exclude:x") == "exclude:x: expected KEY=VALUE at byte 8");
}

TEST_CASE("open_filter: bad values are refused with what is expected", "[uri]") {
  CHECK(filter_refusal("normalize-timestamps:ts=now") ==
        "normalize-timestamps:ts=now: option 'ts': expected seconds since 1970, found now");
  CHECK(filter_refusal("normalize-timestamps:ts=") ==
        "normalize-timestamps:ts=: option 'ts': expected seconds since 1970");
  CHECK(filter_refusal("normalize-timestamps:ts=-1").find("time out of range") != std::string::npos);
  CHECK(filter_refusal("normalize-timestamps:mode=max") ==
        "normalize-timestamps:mode=max: option 'mode': expected set or clamp, found max");
  CHECK(filter_refusal("search:pattern=a{1,2}").find("several values of 'pattern'") != std::string::npos);
  CHECK(filter_refusal("search:regex=true") == "search:regex=true: option 'pattern' is missing");
  CHECK(filter_refusal("inspect") == "inspect: option 'file' is missing");
  CHECK(filter_refusal("inspect:file=") == "inspect:file=: option 'file': expected a path");
  CHECK(filter_refusal("exclude").find("no pattern") != std::string::npos);
}
