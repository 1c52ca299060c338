#include "occy/check.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "occy/error.hpp"
#include "occy/inputs/tar.hpp"
#include "support/archive_builder.hpp"
#include "support/catch.hpp"
#include "support/memory_input.hpp"
#include "support/temp_dir.hpp"

namespace occy::test {
namespace {

// "severity check subject", in the order of the report.
std::vector<std::string> lines_of(const CheckResults& results) {
  std::vector<std::string> lines;
  for (const Finding& finding : results.findings())
    lines.push_back(std::string(to_string(finding.severity)) + " " + finding.check + " " + finding.subject);
  return lines;
}

std::vector<std::string> errors_of(const CheckResults& results) {
  auto lines = lines_of(results);
  lines.erase(std::remove_if(lines.begin(), lines.end(), [](const auto& line) { return !line.starts_with("error"); }),
              lines.end());
  return lines;
}

// An image whose config was edited by hand.
TestImage with_config(TestImage image, const std::string& bytes) {
  image.config = ImageConfig::parse(bytes).value();
  return image;
}

std::string config_text(const TestImage& image, const std::string& members) {
  std::string diff_ids;
  for (const Digest& diff_id : image.config.diff_ids())
    diff_ids += (diff_ids.empty() ? "\"" : ",\"") + diff_id.str() + "\"";
  return "{" + members + ",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + diff_ids + "]}}";
}

std::string layer_member(std::size_t position) { return small_image().diff_ids()[position].hex() + "/layer.tar"; }

// An archive without its first layer, and with a flipped bit in its second.
std::string twice_damaged_archive() {
  auto members = save({small_image()}, {.dialect = Dialect::occy});
  remove_member(members, layer_member(0));
  std::string& bytes = member_of(members, layer_member(1)).bytes;
  bytes.replace(bytes.find("two"), 3, "twn");
  return tar_archive(members);
}

constexpr const char* kLinux = R"("os":"linux","architecture":"amd64")";

}  // namespace

TEST_CASE("check: a good image has no errors, whatever its source tells before", "[flow][check]") {
  const auto knowledge = GENERATE(Knowledge::everything, Knowledge::nothing);
  const auto compression = GENERATE(Compression::none, Compression::gzip);
  MemoryInput input(make_usual_image(), {.knowledge = knowledge, .compression = compression});

  const CheckResults results = check(input);

  CHECK(errors_of(results).empty());
}

TEST_CASE("check: a diff_id mismatch is one error and the walk goes on", "[flow][check]") {
  MemoryInput input(make_usual_image(), {.faults = {{1, Fault::wrong_bytes}, {3, Fault::wrong_bytes}}});

  const CheckResults results = check(input);

  std::vector<std::string> subjects;
  for (const Finding& finding : results.findings())
    if (finding.check == "diff-id") subjects.push_back(finding.subject);
  CHECK(subjects == std::vector<std::string>{"memory: layer 1", "memory: layer 3"});
  CHECK(results.find("diff-id")->message.find("expected sha256:") != std::string::npos);
  CHECK(results.find("diff-id")->message.find("found sha256:") != std::string::npos);
}

TEST_CASE("check: findings come in the order of the layers, whatever the number of jobs", "[flow][check]") {
  const MemoryInputOptions options{
      .knowledge = Knowledge::no_sizes,
      .compression = Compression::gzip,
      .faults = {{0, Fault::cut}, {1, Fault::wrong_bytes}, {2, Fault::cut}, {3, Fault::cut}, {6, Fault::cut}}};
  MemoryInput one_by_one(make_usual_image(), options);
  const auto expected = lines_of(check(one_by_one, {.jobs = 1}));
  REQUIRE(expected.size() >= 5);

  for (int run = 0; run < 20; ++run) {
    MemoryInput input(make_usual_image(), options);
    REQUIRE(lines_of(check(input, {.jobs = 8})) == expected);
  }
}

TEST_CASE("check: each kind of damage has its id", "[flow][check]") {
  const auto [compression, fault, id] = GENERATE(table<Compression, Fault, std::string>({
      {Compression::none, Fault::wrong_bytes, "diff-id"},
      {Compression::none, Fault::cut, "layer-size"},
      {Compression::none, Fault::longer, "layer-size"},
      {Compression::gzip, Fault::cut, "tar-format"},
      {Compression::zstd, Fault::cut, "tar-format"},
  }));
  MemoryInput input(make_usual_image(), {.compression = compression, .faults = {{1, fault}}});

  const CheckResults results = check(input);

  REQUIRE(results.find(id) != nullptr);
  CHECK(results.find(id)->severity == Severity::error);
  CHECK(results.find(id)->subject == "memory: layer 1");
}

TEST_CASE("check: a layer of a stream that nobody lists, and one that is listed and never came", "[flow][check]") {
  TestImage image = make_usual_image();
  image.layers.push_back(random_layer(77, 100));
  MemoryInput input(image, {.knowledge = Knowledge::nothing, .order = {0, 1, 2, 3, 5, 7}});

  const auto lines = lines_of(check(input));

  CHECK(std::count(lines.begin(), lines.end(), "error diff-id layer 6") == 1);
  CHECK(std::count(lines.begin(), lines.end(), "warning diff-id memory: layer 7") == 1);
}

TEST_CASE("check: zstd layers are a warning each", "[flow][check]") {
  MemoryInput input(make_image({random_layer(1, 1000), random_layer(2, 1000)}), {.compression = Compression::zstd});

  const CheckResults results = check(input);

  CHECK(results.warning_count() == 2);
  CHECK(results.find("zstd-compat") != nullptr);
}

TEST_CASE("check: what is odd in a config is said", "[flow][check]") {
  const TestImage image = make_image({random_layer(1, 1000)});
  const auto [members, line] = GENERATE(table<std::string, std::string>({
      {R"("os":"plan9","architecture":"amd64")", "warning platform config"},
      {R"("os":"linux","architecture":"z80")", "warning platform config"},
      {R"("os":"","architecture":"amd64")", "error platform config"},
      {std::string(kLinux) + R"(,"config":{"ArgsEscaped":true})", "warning args-escaped config"},
      {std::string(kLinux) + R"(,"history":[{},{"created_by":"x"}])", "error history-count config"},
      {std::string(kLinux) + R"(,"history":[{"empty_layer":true}])", "warning history-count config"},
  }));
  MemoryInput input(with_config(image, config_text(image, members)));

  CHECK(lines_of(check(input)) == std::vector<std::string>{line});
}

TEST_CASE("check: a missing layer does not hide a damaged one", "[flow][check]") {
  const TempDir directory;
  TarInput input(write_file(directory / "image.tar", twice_damaged_archive()));

  const CheckResults results = check(input);

  const std::string archive = (directory / "image.tar").string() + ": ";
  CHECK(errors_of(results) == std::vector<std::string>{"error archive-blob-missing " + archive + layer_member(0),
                                                       "error diff-id " + archive + layer_member(1)});
}

TEST_CASE("check: the config of an image that is not whole is looked at too", "[flow][check]") {
  const auto depth = GENERATE(CheckDepth::fast, CheckDepth::full);
  const TempDir directory;
  auto members = save({small_image()}, {.dialect = Dialect::occy});
  remove_member(members, layer_member(0));
  const std::string config_name = sha256(small_image().config()).hex() + ".json";
  auto& config = member_of(members, config_name);
  config.name = "config.json";
  config.bytes.replace(config.bytes.find("linux"), 5, "plan9");
  auto& manifest = member_of(members, "manifest.json").bytes;
  manifest.replace(manifest.find(config_name), config_name.size(), config.name);
  TarInput input(write_file(directory / "image.tar", tar_archive(members)));

  const CheckResults results = check(input, {.depth = depth});

  CHECK(results.find("archive-blob-missing") != nullptr);
  CHECK(results.find("platform") != nullptr);
}

TEST_CASE("check: fast reads no layer", "[flow][check]") {
  const auto knowledge = GENERATE(Knowledge::everything, Knowledge::nothing);
  MemoryInput input(make_usual_image(), {.knowledge = knowledge, .faults = {{0, Fault::failing}, {1, Fault::failing}}});

  const CheckResults results = check(input, {.depth = CheckDepth::fast});

  CHECK_FALSE(results.has_errors());
}

TEST_CASE("check: fast looks at a config that comes last", "[flow][check]") {
  const TestImage image = make_image({random_layer(1, 1000)});
  MemoryInput input(with_config(image, config_text(image, R"("os":"","architecture":"amd64")")),
                    {.knowledge = Knowledge::nothing});

  CHECK(check(input, {.depth = CheckDepth::fast}).find("platform") != nullptr);
}

TEST_CASE("check: a stop request cancels", "[flow][check]") {
  MemoryInput input(make_usual_image());
  std::stop_source stop;
  stop.request_stop();

  try {
    (void)check(input, {.stop = stop.get_token()});
    FAIL("check() did not throw");
  } catch (const Error& error) {
    CHECK(error.code() == Errc::cancelled);
  }
}

}  // namespace occy::test
