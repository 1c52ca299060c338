// What filters may not do, and what becomes of a job in which one fails.
#include <algorithm>
#include <map>

#include "flow/filter_scene.hpp"
#include "occy/error.hpp"
#include "occy/outputs/tar.hpp"
#include "occy/process.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/memory_input.hpp"
#include "support/memory_output.hpp"
#include "support/temp_dir.hpp"

namespace occy::test {

TEST_CASE("filters: a config that is none, or has other layers, is refused with the filter", "[flow][filters]") {
  using Edit = std::function<std::optional<std::string>(const ImageConfig&)>;
  const auto edit = GENERATE(
      as<Edit>{}, [](const ImageConfig&) { return "no config"; },
      [](const ImageConfig& config) {
        return ImageConfig::make({.platform = config.platform(), .diff_ids = {}}).bytes();
      },
      [](const ImageConfig& config) {
        return ImageConfig::make({.platform = config.platform(), .diff_ids = config.diff_ids(), .history = {{}}})
            .bytes();
      });
  MemoryInput input(filter_image());
  MemoryOutput output;
  TestFilter filter(FilterDepth::edit, keep);
  filter.edit = edit;

  const Error error = error_of([&] { (void)process(input, output, {.filters = {&filter}}); });

  CHECK(error.side() == Side::filter);
  CHECK(error.code() == Errc::bad_document);
  CHECK(error.detail().subject == "test");
  CHECK_FALSE(output.config_digest);
}

TEST_CASE("filters: what a filter must not change is refused with the filter and the entry", "[flow][filters]") {
  const auto [depth, visit] = GENERATE(table<FilterDepth, TestFilter::Visit>(
      {{FilterDepth::edit, [](Entry& entry) { return entry.stored_size += 512, Verdict::keep; }},
       {FilterDepth::edit, [](Entry& entry) { return entry.type = EntryType::fifo, Verdict::keep; }},
       {FilterDepth::edit, [](Entry& entry) { return entry.data_offset = 1, Verdict::keep; }},
       {FilterDepth::edit, [](Entry& entry) { return entry.device_minor = 1, Verdict::keep; }},
       {FilterDepth::look, [](Entry&) { return Verdict::drop; }},
       {FilterDepth::look, age}}));
  MemoryInput input(filter_image());
  MemoryOutput output;
  TestFilter filter(depth, visit);

  const Error error = error_of([&] { (void)process(input, output, {.filters = {&filter}, .jobs = 1}); });

  CHECK(error.side() == Side::filter);
  CHECK(error.detail().subject == "test: one");
  CHECK_FALSE(output.finalized);
}

TEST_CASE("filters: a layer that is no archive is refused, and its visitors are not finished", "[flow][filters]") {
  const auto depth = GENERATE(FilterDepth::look, FilterDepth::edit);
  MemoryInput input(make_image({"not an archive" + std::string(1000, 'x')}));
  MemoryOutput output;
  TestFilter filter(depth, keep);

  const Error error = error_of([&] { (void)process(input, output, {.filters = {&filter}}); });

  CHECK(error.code() == Errc::bad_archive);
  CHECK(error.side() == Side::input);
  CHECK(error.detail().subject == "memory: layer 0");
  CHECK(filter.finished_layers == 0);
}

TEST_CASE("filters: a layer that is not what its digest says is refused, whatever they make of it", "[flow][filters]") {
  const auto fault = GENERATE(Fault::wrong_bytes, Fault::cut, Fault::longer);
  MemoryInput input(filter_image(), {.knowledge = Knowledge::no_sizes, .faults = {{1, fault}}});
  MemoryOutput output;
  TestFilter filter(FilterDepth::edit, drop("common"));

  const Error error = error_of([&] { (void)process(input, output, {.filters = {&filter}, .jobs = 1}); });

  CHECK(error.code() == Errc::digest_mismatch);
  CHECK(error.detail().subject == "memory: layer 1");
  CHECK(filter.finished_layers == 1);
  CHECK_FALSE(output.finalized);
}

TEST_CASE("filters: large files that are dropped wait where the caller says", "[flow][filters]") {
  const std::string content = random_bytes(1, 3'000'000);
  MemoryInput input(make_image(
      {make_tar({{.name = "a", .content = content}, {.name = "b", .content = {}, .type = '1', .link = "a"}})}));
  MemoryOutput output;
  TestFilter filter(FilterDepth::edit, drop("a"));
  const TempDir directory;

  const Error error =
      error_of([&] { (void)process(input, output, {.filters = {&filter}, .temp_directory = directory / "none"}); });
  MemoryInput again(make_image(
      {make_tar({{.name = "a", .content = content}, {.name = "b", .content = {}, .type = '1', .link = "a"}})}));
  (void)process(again, output, {.filters = {&filter}, .temp_directory = directory.path()});

  CHECK(error.side() == Side::filter);
  CHECK(output.committed.contains(sha256(make_tar({{.name = "b", .content = content}}))));
  CHECK(directory.names().empty());
}

TEST_CASE("filters: whichever call of a filter fails, its error is thrown and nothing is published",
          "[flow][filters]") {
  const auto depth = GENERATE(FilterDepth::look, FilterDepth::edit);
  const auto jobs = GENERATE(1U, 4U);
  std::size_t broken = 0;
  for (bool reached = true; reached; ++broken) {
    const FailingCalls calls(broken, Side::filter);
    const TempDir directory;
    MemoryInput input(filter_image());
    TarWriter output(directory / "out.tar");
    TestFilter filter(depth, keep, calls);
    try {
      (void)process(input, output, {.filters = {&filter}, .jobs = jobs});
      CHECK_FALSE(calls.failed());
    } catch (const Error& error) {
      CHECK(error.side() == Side::filter);
      CHECK_FALSE(std::filesystem::exists(directory / "out.tar"));
    }
    reached = calls.failed();
  }
  CHECK(broken > 10);
}

TEST_CASE("filters: an archive with changed layers is the same for any number of jobs, and verifies",
          "[flow][filters]") {
  const TempDir directory;
  std::vector<std::string> archives;
  for (const unsigned jobs : {1U, 8U, 0U}) {
    MemoryInput input(filter_image());
    TarWriter output(directory / "out.tar");
    TestFilter filter(FilterDepth::edit, age);
    const ProcessReport report =
        process(input, output, {.filters = {&filter}, .verify = VerifyLevel::full, .jobs = jobs});
    CHECK(report.outcome() == ProcessReport::Outcome::verified);
    archives.push_back(read_file(directory / "out.tar"));
  }
  CHECK(archives[0] == archives[1]);
  CHECK(archives[0] == archives[2]);
}

}  // namespace occy::test
