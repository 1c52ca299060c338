// What occy/filter.hpp and process() promise together, held against every ImageFilter.
#include <functional>

#include "occy/filters/exclude.hpp"
#include "occy/filters/inspect.hpp"
#include "occy/filters/normalize_timestamps.hpp"
#include "occy/filters/search.hpp"
#include "occy/inputs/tar.hpp"
#include "occy/outputs/tar.hpp"
#include "occy/process.hpp"
#include "support/catch.hpp"
#include "support/memory_input.hpp"
#include "support/raw_tar.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using namespace occy::test;

namespace {

using Filters = std::vector<std::unique_ptr<ImageFilter>>;

struct FilterKind {
  std::string name;
  std::function<Filters(const TempDir&)> make;
};

template <class... Made>
Filters list(Made... made) {
  Filters filters;
  (filters.push_back(std::move(made)), ...);
  return filters;
}

std::unique_ptr<ImageFilter> exclude(const std::string& pattern) {
  return std::make_unique<ExcludeFilter>(std::vector{pattern});
}

std::unique_ptr<ImageFilter> normalize() { return std::make_unique<NormalizeTimestampsFilter>(); }

std::unique_ptr<ImageFilter> search() {
  return std::make_unique<SearchFilter>("**", PatternSyntax::glob, [](const auto&...) {});
}

std::unique_ptr<ImageFilter> inspect(const TempDir& directory) {
  return std::make_unique<InspectFilter>(directory / "inspect.json");
}

/// Each filter alone, and all of them together.
std::vector<FilterKind> all_kinds() {
  return {{"none", [](const TempDir&) { return Filters{}; }},
          {"exclude", [](const TempDir&) { return list(exclude("**/drop*")); }},
          {"exclude all", [](const TempDir&) { return list(exclude("**")); }},
          {"exclude nothing", [](const TempDir&) { return list(exclude("nothing")); }},
          {"normalize-timestamps", [](const TempDir&) { return list(normalize()); }},
          {"search", [](const TempDir&) { return list(search()); }},
          {"inspect", [](const TempDir& d) { return list(inspect(d)); }},
          {"all", [](const TempDir& d) { return list(exclude("**/drop*"), normalize(), search(), inspect(d)); }}};
}

FilterKind any_kind() {
  auto kind = GENERATE(from_range(all_kinds()));
  UNSCOPED_INFO("filter: " << kind.name);
  return kind;
}

// Entries that the filters above find, each in a layer that has other things too.
std::string layer(unsigned number) {
  const std::string name = std::to_string(number);
  RawTar layer;
  layer.header({.name = "dir/", .type = '5'}).file("dir/drop" + name, random_bytes(number, 70'000));
  layer.block(with_field(RawHeader{.name = "dir/link" + name, .type = '1', .link = "dir/drop" + name}.block(),
                         tar::kMtime, "14524770400"));
  layer.extension('x', pax_record("mtime", "1700000000.5") + pax_record("SCHILY.xattr.user.note", name));
  layer.file("keep" + name, name).end();
  return {reinterpret_cast<const char*>(layer.bytes().data()), layer.bytes().size()};
}

TestImage some_image() { return make_image({layer(1), layer(2), layer(3), layer(2)}); }

ProcessReport run(ImageInput& input, const std::filesystem::path& target, const FilterKind& kind, unsigned jobs = 1) {
  const TempDir directory;
  const Filters filters = kind.make(directory);
  ProcessOptions options{.temp_directory = directory.path(), .verify = VerifyLevel::full, .jobs = jobs};
  for (const auto& filter : filters) options.filters.push_back(filter.get());
  TarWriter output(target);
  return process(input, output, options);
}

}  // namespace

TEST_CASE("filter contract: what is written is proved, and the same for any number of jobs and any source",
          "[contract][filters]") {
  const auto kind = any_kind();
  const TempDir directory;
  std::optional<Digest> id;

  for (const auto knowledge : {Knowledge::everything, Knowledge::no_sizes, Knowledge::nothing})
    for (const auto compression : {Compression::none, Compression::gzip})
      for (const unsigned jobs : {1U, 8U}) {
        MemoryInput input(some_image(), {.knowledge = knowledge, .compression = compression});
        const ProcessReport report = run(input, directory / "out.tar", kind, jobs);
        CHECK(report.outcome() == ProcessReport::Outcome::verified);
        CHECK(report.config_digest == id.value_or(report.config_digest));
        id = report.config_digest;
      }
}

TEST_CASE("filter contract: what was filtered stays as it is when it is filtered again", "[contract][filters]") {
  const auto kind = any_kind();
  const TempDir directory;
  MemoryInput input(some_image());
  (void)run(input, directory / "once.tar", kind);
  TarInput once(directory / "once.tar");

  const ProcessReport again = run(once, directory / "twice.tar", kind);

  for (const LayerReport& layer : again.layers) CHECK(layer.action == LayerReport::Action::written);
  CHECK(read_file(directory / "twice.tar") == read_file(directory / "once.tar"));
}

TEST_CASE("filter contract: history and layers stay in step", "[contract][filters]") {
  const auto kind = any_kind();
  const TempDir directory;
  const TestImage image = some_image();
  MemoryInput input(image);

  const ProcessReport report = run(input, directory / "out.tar", kind);

  TarInput written(directory / "out.tar");
  const ImageConfig config = *written.describe().config;
  CHECK(config.digest() == report.config_digest);
  CHECK(config.history().size() == image.config.history().size());
  REQUIRE(config.diff_ids().size() == image.layers.size());
  CHECK(config.diff_ids()[1] == config.diff_ids()[3]);
  for (std::size_t i = 0; i < image.layers.size(); ++i) CHECK(report.layers[i].diff_id == config.diff_ids()[i]);
}

TEST_CASE("filter contract: an image in which a filter finds nothing to change stays the same image",
          "[contract][filters]") {
  const auto kind = any_kind();
  if (kind.name != "none" && kind.name != "exclude nothing" && kind.name != "search" && kind.name != "inspect") return;
  const TempDir directory;
  const TestImage image = some_image();
  MemoryInput input(image);

  CHECK(run(input, directory / "out.tar", kind).config_digest == image.config.digest());
}

TEST_CASE("filter contract: an image without layers passes", "[contract][filters]") {
  const auto kind = any_kind();
  const TempDir directory;
  MemoryInput input(make_image({}));

  CHECK(run(input, directory / "out.tar", kind).outcome() == ProcessReport::Outcome::verified);
}
