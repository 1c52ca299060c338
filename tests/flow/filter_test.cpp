// process() with filters, over doubles on both sides.
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
#include "support/packed.hpp"
#include "support/temp_dir.hpp"

namespace occy::test {
namespace {

// What age() makes of a layer of plain ustar entries.
std::string aged(std::string layer) {
  for (std::size_t at = 0; layer.compare(at + 257, 5, "ustar") == 0;) {
    layer.replace(at + 136, 11, "00000000115");
    layer.replace(at + 148, 8, "        ");
    unsigned sum = 0;
    for (std::size_t i = 0; i < 512; ++i) sum += static_cast<unsigned char>(layer[at + i]);
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%06o", sum);
    layer.replace(at + 148, 7, std::string(text.data(), 7));
    at += 512 + (std::stoull(layer.substr(at + 124, 11), nullptr, 8) + 511) / 512 * 512;
    if (at + 512 > layer.size()) break;
  }
  return layer;
}

std::map<Digest, std::string> by_digest(const std::vector<std::string>& layers) {
  std::map<Digest, std::string> map;
  for (const std::string& layer : layers) map.emplace(sha256(layer), layer);
  return map;
}

std::vector<std::string> all_aged(std::vector<std::string> layers) {
  for (std::string& layer : layers) layer = aged(layer);
  return layers;
}

std::vector<Digest> digests(const std::vector<std::string>& layers) {
  std::vector<Digest> digests;
  for (const std::string& layer : layers) digests.push_back(sha256(layer));
  return digests;
}

}  // namespace

TEST_CASE("filters: every layer is written as the filter left it, and the config names it", "[flow][filters]") {
  const auto knowledge = GENERATE(Knowledge::everything, Knowledge::no_sizes, Knowledge::nothing);
  const auto compression = GENERATE(Compression::none, Compression::gzip);
  const auto jobs = GENERATE(1U, 8U, 0U);
  const TestImage image = filter_image();
  MemoryInput input(image, {.knowledge = knowledge, .compression = compression});
  MemoryOutput output;
  TestFilter filter(FilterDepth::edit, age);

  const ProcessReport report = process(input, output, {.filters = {&filter}, .jobs = jobs});

  const auto expected = all_aged(image.layers);
  CHECK(output.committed == by_digest(expected));
  CHECK(output.discarded == 0);
  const ImageConfig config = ImageConfig::parse(output.config_bytes).value();
  CHECK(config.diff_ids() == digests(expected));
  CHECK(report.config_digest == config.digest());
  REQUIRE(report.layers.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(report.layers[i].source_diff_id == sha256(image.layers[i]));
    CHECK(report.layers[i].diff_id == sha256(expected[i]));
    CHECK(report.layers[i].size == expected[i].size());
    CHECK(report.layers[i].action == LayerReport::Action::filtered);
  }
  CHECK(filter.finished_layers == 3);
  CHECK(filter.entries == 6);
  CHECK(filter.written_config == config.digest());
}

TEST_CASE("filters: a layer and a config that nobody changes stay byte for byte", "[flow][filters]") {
  const auto depth = GENERATE(FilterDepth::image, FilterDepth::look, FilterDepth::edit);
  const auto compression = GENERATE(Compression::none, Compression::zstd);
  const auto form = GENERATE(LayerForm::plain, LayerForm::stored);
  const TestImage image = filter_image();
  MemoryInput input(image, {.compression = compression});
  MemoryOutput output;
  output.form = form;
  TestFilter filter(depth, keep);

  const ProcessReport report = process(input, output, {.filters = {&filter}});

  REQUIRE(output.committed.size() == 3);
  for (const auto& [diff_id, bytes] : by_digest(image.layers))
    CHECK(output.committed.at(diff_id) == (form == LayerForm::stored ? pack(bytes, compression) : bytes));
  CHECK(output.config_bytes == image.config.bytes());
  CHECK(report.config_digest == image.config.digest());
  for (const LayerReport& layer : report.layers) CHECK(layer.action == LayerReport::Action::written);
  CHECK(filter.entries == (depth == FilterDepth::image ? 0 : 6));
}

TEST_CASE("filters: an output of the stored form gets a changed layer plain, and a layer as stored otherwise",
          "[flow][filters]") {
  const auto compression = GENERATE(Compression::none, Compression::gzip);
  const TestImage image = filter_image();
  MemoryInput input(image, {.compression = compression});
  MemoryOutput output;
  output.form = LayerForm::stored;
  TestFilter filter(FilterDepth::edit, drop("two"));

  (void)process(input, output, {.filters = {&filter}});

  const std::string changed = make_tar({{.name = "common"}});
  CHECK(output.committed.at(sha256(changed)) == changed);
  CHECK(output.records.at(sha256(changed)).stored ==
        StoredBlob{.compression = Compression::none, .digest = sha256(changed), .size = changed.size()});
  const std::string stored = pack(image.layers[0], compression);
  CHECK(output.committed.at(sha256(image.layers[0])) == stored);
  CHECK(output.records.at(sha256(image.layers[0])).stored ==
        StoredBlob{.compression = compression, .digest = sha256(stored), .size = stored.size()});
  CHECK(output.committed.size() == 3);
  CHECK(output.discarded == (compression == Compression::none ? 0 : 3));
}

TEST_CASE("filters: before they have worked, the output is told nothing that they may change", "[flow][filters]") {
  const TestImage image = filter_image();
  MemoryInput input(image);
  MemoryOutput output;
  TestFilter filter(FilterDepth::edit, keep);
  filter.wants = [](const LayerInfo& layer) { return layer.index != 0U; };

  (void)process(input, output, {.filters = {&filter}, .jobs = 1});

  CHECK_FALSE(output.described->config);
  CHECK_FALSE(output.described->manifest);
  CHECK_FALSE(output.described->id);
  CHECK(output.described->references == image.references);
  for (const LayerInfo& layer : *output.described->layers) CHECK((!layer.diff_id && !layer.size && !layer.stored));
  REQUIRE(output.asked.size() == 3);
  CHECK(output.asked[0].diff_id == sha256(image.layers[0]));  // no visitor: it stays what it is
  CHECK(output.asked[0].size == image.layers[0].size());
  for (std::size_t i : {1U, 2U}) {
    CHECK_FALSE(output.asked[i].diff_id);
    CHECK_FALSE(output.put[i].diff_id);
    CHECK_FALSE(output.put[i].size);
  }
}

TEST_CASE("filters: one that only looks changes nothing of what the output is told", "[flow][filters]") {
  const TestImage image = filter_image();
  MemoryInput input(image);
  MemoryOutput output;
  TestFilter filter(FilterDepth::look, keep);

  (void)process(input, output, {.filters = {&filter}});

  CHECK(output.described->config);
  for (const LayerInfo& layer : output.put) CHECK((layer.diff_id && layer.size));
}

TEST_CASE("filters: a layer that the output has is looked at all the same", "[flow][filters]") {
  const TestImage image = filter_image();
  MemoryInput input(image);
  MemoryOutput output;
  output.there.insert(sha256(image.layers[0]));
  TestFilter filter(FilterDepth::look, keep);

  const ProcessReport report = process(input, output, {.filters = {&filter}});

  CHECK(filter.entries == 6);
  CHECK(output.committed.size() == 2);
  CHECK(report.layers[0].action == LayerReport::Action::already_there);
  CHECK(filter.sizes == std::vector<std::optional<std::uint64_t>>{image.layers[0].size(), image.layers[1].size(),
                                                                  image.layers[2].size(), image.layers[3].size()});
}

TEST_CASE("filters: nobody reads a layer that the output has and nobody wants to see", "[flow][filters]") {
  const TestImage image = filter_image();
  MemoryInput input(image, {.faults = {{0, Fault::failing}}});
  MemoryOutput output;
  output.there.insert(sha256(image.layers[0]));
  TestFilter filter(FilterDepth::look, keep);
  filter.wants = [](const LayerInfo& layer) { return layer.index != 0U; };

  const ProcessReport report = process(input, output, {.filters = {&filter}});

  CHECK(report.layers[0].action == LayerReport::Action::already_there);
  CHECK(filter.sizes->at(0) == image.layers[0].size());
}

TEST_CASE("filters: a layer that comes twice is seen once", "[flow][filters]") {
  MemoryInput input(filter_image(), {.repeats = Repeats::every_time});
  MemoryOutput output;
  TestFilter filter(FilterDepth::edit, age);

  const ProcessReport report = process(input, output, {.filters = {&filter}});

  CHECK(filter.finished_layers == 3);
  CHECK(report.layers[3].diff_id == report.layers[1].diff_id);
}

TEST_CASE("filters: two layers that become equal are one", "[flow][filters]") {
  const auto layers = std::vector{make_tar({{.name = "a"}, {.name = "both"}}), make_tar({{.name = "both"}})};
  MemoryInput input(make_image(layers));
  MemoryOutput output;
  TestFilter filter(FilterDepth::edit, drop("a"));

  const ProcessReport report = process(input, output, {.filters = {&filter}});

  CHECK(output.committed == by_digest({layers[1]}));
  CHECK(report.layers[0].action == LayerReport::Action::filtered);
  CHECK(report.layers[1].action == LayerReport::Action::written);
  CHECK(report.bytes == layers[1].size());
  CHECK(ImageConfig::parse(output.config_bytes).value().diff_ids() == digests({layers[1], layers[1]}));
}

TEST_CASE("filters: each sees what the one before has left", "[flow][filters]") {
  const TestImage image = filter_image();
  MemoryInput input(image);
  MemoryOutput output;
  TestFilter first(FilterDepth::edit, drop("common"));
  TestFilter second(FilterDepth::look, [](Entry& entry) {
    CHECK(entry.path != "common");
    CHECK(entry.mtime.seconds == 0);
    return Verdict::keep;
  });
  TestFilter third(FilterDepth::edit, age);

  (void)process(input, output, {.filters = {&first, &second, &third}, .jobs = 1});

  CHECK(second.entries == 3);
  CHECK(third.entries == 3);
  CHECK(output.committed.contains(sha256(aged(make_tar({{.name = "one", .content = random_bytes('n', 300'000)}})))));
}

TEST_CASE("filters: the config goes through all of them, with the new layers in it", "[flow][filters]") {
  const TestImage image = filter_image();
  MemoryInput input(image);
  MemoryOutput output;
  TestFilter first(FilterDepth::edit, age);
  TestFilter second(FilterDepth::edit, keep);
  first.edit = [&](const ImageConfig& config) {
    CHECK(config.diff_ids() == digests(all_aged(image.layers)));
    return config.bytes() + "\n";
  };
  second.edit = [](const ImageConfig& config) { return config.bytes() + " "; };

  const ProcessReport report = process(input, output, {.filters = {&first, &second}});

  CHECK(output.config_bytes.ends_with("}\n "));
  CHECK(report.config_digest == sha256(output.config_bytes));
  CHECK(second.written_config == sha256(output.config_bytes));
}

}  // namespace occy::test
