// process() into an output that remembers what filters have made of layers.
#include "flow/filter_scene.hpp"
#include "occy/process.hpp"
#include "support/catch.hpp"
#include "support/memory_input.hpp"
#include "support/memory_output.hpp"

namespace occy::test {
namespace {

using Action = LayerReport::Action;

/// Moves the image; layers would fail when they are read, if they are `broken`.
enum class LayerState { whole, broken };

ProcessReport move(const TestImage& image, std::vector<ImageFilter*> filters, MemoryOutput& output,
                   LayerState layers = LayerState::whole) {
  MemoryInputOptions options{.compression = Compression::gzip};
  if (layers == LayerState::broken)
    for (std::size_t i = 0; i < image.layers.size(); ++i) options.faults.emplace(i, Fault::failing);
  MemoryInput input(image, std::move(options));
  return process(input, output, {.filters = std::move(filters)});
}

std::vector<Action> actions(const ProcessReport& report) {
  std::vector<Action> actions;
  for (const LayerReport& layer : report.layers) actions.push_back(layer.action);
  return actions;
}

}  // namespace

TEST_CASE("recall: a layer whose outcome is remembered is not read, and the image is the same", "[flow][filters]") {
  const TestImage image = filter_image();
  TestFilter first(FilterDepth::edit, age);
  TestFilter second(FilterDepth::edit, age);
  first.print = second.print = "age";
  MemoryOutput before;
  before.form = GENERATE(LayerForm::plain, LayerForm::stored);
  const ProcessReport read = move(image, {&first}, before);
  MemoryOutput after;
  after.form = before.form;
  after.remembered = before.remembered;

  const ProcessReport recalled = move(image, {&second}, after, LayerState::broken);

  CHECK(after.config_bytes == before.config_bytes);
  CHECK(recalled.config_digest == read.config_digest);
  CHECK(actions(recalled) == std::vector<Action>(4, Action::already_there));
  for (std::size_t i = 0; i < 4; ++i) CHECK(recalled.layers[i].diff_id == read.layers[i].diff_id);
  CHECK(after.committed.empty());
  CHECK(after.put.empty());
  CHECK(second.entries == 0);
  CHECK(second.sizes == first.sizes);
}

TEST_CASE("recall: what a layer became that no filter changed is remembered, too", "[flow][filters]") {
  const TestImage image = filter_image();
  TestFilter filter(FilterDepth::edit, drop("one"));
  filter.print = "drop one";
  MemoryOutput before;
  move(image, {&filter}, before);
  MemoryOutput after;
  after.remembered = before.remembered;

  const ProcessReport report = move(image, {&filter}, after, LayerState::broken);

  CHECK(after.config_bytes == before.config_bytes);
  CHECK(report.layers[1].diff_id == sha256(image.layers[1]));
}

TEST_CASE("recall: other filters, another order, or one that looks, and every layer is read", "[flow][filters]") {
  const TestImage image = filter_image();
  TestFilter one(FilterDepth::edit, age);
  TestFilter two(FilterDepth::edit, drop("one"));
  TestFilter silent(FilterDepth::edit, keep);
  TestFilter looker(FilterDepth::look, keep);
  one.print = "age";
  two.print = "drop";
  MemoryOutput before;
  move(image, {&one, &two}, before);

  for (const std::vector<ImageFilter*>& filters : std::vector<std::vector<ImageFilter*>>{
           {&one}, {&two, &one}, {&one, &two, &silent}, {&looker, &one, &two}, {&one, &two, &two}}) {
    MemoryOutput after;
    after.remembered = before.remembered;
    const ProcessReport report = move(image, filters, after);
    CHECK(actions(report)[0] == Action::filtered);
    CHECK_FALSE(after.put.empty());
  }
}

TEST_CASE("recall: a filter without a fingerprint leaves nothing to remember", "[flow][filters]") {
  TestFilter filter(FilterDepth::edit, age);
  MemoryOutput output;

  move(filter_image(), {&filter}, output);

  CHECK(output.remembered.empty());
}

TEST_CASE("recall: a layer that no filter wants to see is not asked for", "[flow][filters]") {
  const TestImage image = filter_image();
  TestFilter filter(FilterDepth::edit, age);
  filter.print = "age";
  filter.wants = [](const LayerInfo& layer) { return layer.index == 0U; };
  MemoryOutput output;

  move(image, {&filter}, output);

  CHECK(output.remembered.at("3 age").size() == 1);
  CHECK(output.remembered.at("3 age").contains(sha256(image.layers[0])));
}

}  // namespace occy::test
