// process() into an output that loses layers on their way.
#include <set>

#include "flow/filter_scene.hpp"
#include "occy/process.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/memory_input.hpp"
#include "support/memory_output.hpp"

namespace occy::test {

TEST_CASE("restart: a layer that the destination lost is sent again, and the image is whole", "[flow]") {
  const TestImage image = filter_image();
  MemoryOutput output;
  output.form = GENERATE(LayerForm::plain, LayerForm::stored);
  output.losses = 3;
  MemoryInput input(image, {.compression = GENERATE(Compression::none, Compression::gzip)});

  const ProcessReport report = process(input, output);

  CHECK(output.finalized);
  CHECK(report.config_digest == image.config.digest());
  for (const Digest& diff_id : image.config.diff_ids()) CHECK(output.committed.contains(diff_id));
}

TEST_CASE("restart: filters see a layer anew", "[flow][filters]") {
  const TestImage image = filter_image();
  TestFilter calm(FilterDepth::edit, age);
  TestFilter tried(FilterDepth::edit, age);
  MemoryOutput once;
  MemoryOutput again;
  once.form = again.form = GENERATE(LayerForm::plain, LayerForm::stored);
  again.losses = 2;
  MemoryInput first(image, {.compression = Compression::gzip});
  MemoryInput second(image, {.compression = Compression::gzip});

  process(first, once, {.filters = {&calm}});
  process(second, again, {.filters = {&tried}});

  CHECK(again.committed == once.committed);
  CHECK(again.config_bytes == once.config_bytes);
}

namespace {

/// Somebody else brings each layer as soon as it was begun.
class Rival final : public Progress {
 public:
  explicit Rival(MemoryOutput& output) : output_(output) {}

  void layer_started(std::size_t number, const LayerInfo& layer) override {
    begun.insert(number);
    output_.there.insert(layer.diff_id.value());
  }
  void layer_finished(std::size_t number, const LayerRecord&) override { begun.erase(number); }
  void layer_skipped(std::size_t number, const LayerInfo&) override { begun.erase(number); }

  std::set<std::size_t> begun;

 private:
  MemoryOutput& output_;
};

}  // namespace

TEST_CASE("restart: a layer that another has brought in between is reported as skipped", "[flow]") {
  MemoryOutput output;
  output.losses = 1;
  MemoryInput input(filter_image());
  Rival rival(output);

  process(input, output, {.progress = &rival});

  CHECK(output.finalized);
  CHECK(rival.begun.empty());
}

TEST_CASE("restart: a destination that loses a layer for ever fails", "[flow]") {
  MemoryOutput output;
  output.losses = 1'000;
  MemoryInput input(filter_image());

  const auto error = error_of([&] { process(input, output, {.jobs = 1}); });

  CHECK(error.code() == Errc::interrupted);
  CHECK(output.losses == 1'000 - 5);
  CHECK_FALSE(output.finalized);
}

TEST_CASE("restart: what a filter changes late is no loss of the destination, and nothing for streams",
          "[flow][filters]") {
  const auto knowledge = GENERATE(Knowledge::everything, Knowledge::nothing);
  const TestImage image =
      make_image({make_tar({{.name = "large", .content = random_bytes(1, std::size_t{5} << 20U)}, {.name = "last"}})});
  TestFilter filter(FilterDepth::edit, drop("last"));
  MemoryInput input(image, {.knowledge = knowledge, .compression = Compression::gzip});
  MemoryOutput output;
  output.form = LayerForm::stored;
  output.losses = knowledge == Knowledge::everything ? 4 : 0;

  process(input, output, {.filters = {&filter}});

  REQUIRE(output.committed.size() == 1);
  CHECK((output.committed.begin()->second ==
         make_tar({{.name = "large", .content = random_bytes(1, std::size_t{5} << 20U)}})));
  CHECK(output.records.begin()->second.stored->digest == output.committed.begin()->first);
  CHECK(filter.finished_layers == (knowledge == Knowledge::everything ? 5 : 1));
}

TEST_CASE("restart: what comes only once cannot be sent again", "[flow]") {
  MemoryOutput output;
  output.losses = 1;
  MemoryInput input(filter_image(), {.knowledge = Knowledge::nothing});

  CHECK(error_of([&] { process(input, output); }).code() == Errc::interrupted);
  CHECK_FALSE(output.finalized);
}

}  // namespace occy::test
