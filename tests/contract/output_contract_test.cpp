// What occy/output.hpp promises, held against every ImageOutput.
#include <functional>

#include "contract/output_destinations.hpp"
#include "occy/error.hpp"
#include "support/catch.hpp"
#include "support/write_image.hpp"

using namespace occy;
using namespace occy::test;

namespace {

/// One destination of each kind, one after the other.
std::unique_ptr<Destination> any_destination() {
  const auto kind = GENERATE(from_range(destination_kinds()));
  UNSCOPED_INFO("output: " << kind.name);
  return kind.make();
}

MemoryInputOptions any_knowledge() {
  return {.knowledge = GENERATE(Knowledge::everything, Knowledge::no_sizes, Knowledge::nothing)};
}

Block as_block(const std::string& bytes) { return std::as_bytes(std::span(bytes)); }

LayerRecord record_of(const std::string& layer) { return {.diff_id = sha256(layer), .size = layer.size()}; }

/// Every call that writes an image, each a step of its own, in a life of one output.
class Steps {
 public:
  Steps(ImageOutput& output, const TestImage& image, const MemoryInputOptions& options)
      : output_(output), image_(image), input_(image, options) {
    steps_.emplace_back([this] { output_.begin(input_.describe()); });
    while (const auto reader = input_.next_layer()) add_layer(reader->info());
    steps_.emplace_back([this] { output_.put_config(image_.config); });
    steps_.emplace_back([this] { output_.finalize(); });
  }

  std::size_t count() const { return steps_.size(); }

  void run_first(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) steps_[i]();
  }

 private:
  void add_layer(const LayerInfo& info) {
    const auto& layer = image_.layers[layers_++];
    steps_.emplace_back([this, info] { sink_ = output_.put_layer(info); });
    steps_.emplace_back([this, &layer] { sink_->write(as_block(layer)); });
    steps_.emplace_back([this, &layer] {
      sink_->commit(record_of(layer));
      sink_.reset();
    });
  }

  ImageOutput& output_;
  const TestImage& image_;
  MemoryInput input_;
  std::size_t layers_ = 0;
  std::vector<std::function<void()>> steps_;
  std::unique_ptr<LayerSink> sink_;
};

}  // namespace

TEST_CASE("outputs: an image that was written is verified at both levels", "[contract]") {
  const auto options = any_knowledge();
  const auto destination = any_destination();
  const auto level = GENERATE(VerifyLevel::standard, VerifyLevel::full);
  const auto output = destination->output();
  MemoryInput input(make_usual_image(), options);

  write_image(input, *output);

  const auto results = output->verify(level);
  CHECK(results.error_count() == 0);
  CHECK(results.warning_count() == 0);
  CHECK(results.find("verify.ok") != nullptr);
  CHECK(destination->has_image());
  CHECK(destination->leftovers().empty());
}

TEST_CASE("outputs: nothing stands under the name before finalize returns", "[contract]") {
  const auto options = any_knowledge();
  const auto destination = any_destination();
  const auto image = make_image({random_layer(1, 5000), random_layer(2, 100)});
  const auto output = destination->output();
  Steps steps(*output, image, options);

  steps.run_first(steps.count() - 1);

  CHECK_FALSE(destination->has_image());
  output->finalize();
  CHECK(destination->has_image());
}

TEST_CASE("outputs: destroyed after any step, an output leaves nothing", "[contract]") {
  const auto options = any_knowledge();
  const auto image = make_image({random_layer(1, 5000), random_layer(2, 100)});
  const auto destination = any_destination();
  const auto step_count = Steps(*destination->output(), image, options).count();

  for (std::size_t count = 0; count < step_count; ++count) {
    INFO("destroyed after " << count << " steps");
    {
      const auto output = destination->output();
      Steps(*output, image, options).run_first(count);
    }
    CHECK_FALSE(destination->has_image());
    CHECK(destination->leftovers().empty());
  }
}

TEST_CASE("outputs: an image that was there stays until the next one is finalized", "[contract]") {
  const auto destination = any_destination();
  const auto image = make_usual_image();
  {
    MemoryInput input(image);
    write_image(input, *destination->output());
  }
  {
    const auto output = destination->output();
    MemoryInput input(image);
    if (destination->when_there() == Destination::WhenThere::refuses) {
      CHECK_THROWS_AS(output->begin(input.describe()), Error);
    } else {
      output->begin(input.describe());
      write_layers(input, *output);
    }
  }

  CHECK(destination->has_image());
  CHECK(destination->leftovers().empty());
}

TEST_CASE("outputs: a sink that was dropped is as if it had never been, or ends the image", "[contract]") {
  const auto options = any_knowledge();
  const auto destination = any_destination();
  const auto output = destination->output();
  const auto image = make_usual_image();
  MemoryInput input(image, options);
  output->begin(input.describe());

  {
    const auto reader = MemoryInput(image, options).next_layer();
    output->put_layer(reader->info())->write(as_block(image.layers[0].substr(0, 700)));
  }
  try {
    write_layers(input, *output);
    output->put_config(image.config);
    output->finalize();
  } catch (const Error&) {
    CHECK(destination->after_drop() == Destination::AfterDrop::may_give_up);
    CHECK_FALSE(destination->has_image());
    return;
  }

  CHECK(output->verify(VerifyLevel::full).find("verify.ok") != nullptr);
}

TEST_CASE("outputs: a layer whose only sink was dropped is missing", "[contract]") {
  const auto options = any_knowledge();
  const auto image = make_image({random_layer(1, 5000), random_layer(2, 100)});
  const auto destination = any_destination();
  {
    const auto output = destination->output();
    MemoryInput input(image, options);
    output->begin(input.describe());
    write_layer(*output, input.next_layer()->info(), image.layers[0]);
    output->put_layer(input.next_layer()->info())->write(as_block(image.layers[1]));

    CHECK_THROWS_AS(output->put_config(image.config), Error);
  }
  CHECK_FALSE(destination->has_image());
  CHECK(destination->leftovers().empty());
}

TEST_CASE("outputs: a config with a layer that nobody wrote is refused", "[contract]") {
  const auto options = any_knowledge();
  const auto image = make_image({random_layer(1, 5000)});
  const auto other = make_image({random_layer(1, 5000), random_layer(2, 100)});
  const auto destination = any_destination();
  const auto output = destination->output();
  MemoryInput input(image, options);
  output->begin(input.describe());
  write_layers(input, *output);

  CHECK_THROWS_AS(output->put_config(other.config), Error);
}

TEST_CASE("outputs: finalize without a config publishes nothing", "[contract]") {
  const auto image = make_image({random_layer(1, 5000)});
  const auto destination = any_destination();
  {
    const auto output = destination->output();
    MemoryInput input(image);
    output->begin(input.describe());
    write_layers(input, *output);

    CHECK_THROWS_AS(output->finalize(), Error);
  }
  CHECK_FALSE(destination->has_image());
  CHECK(destination->leftovers().empty());
}

TEST_CASE("outputs: a layer is not wanted a second time, neither while it is written nor afterwards", "[contract]") {
  const auto knowledge = GENERATE(Knowledge::everything, Knowledge::no_sizes);
  const auto image = make_image({random_layer(1, 5000)});
  const auto destination = any_destination();
  const auto output = destination->output();
  MemoryInput input(image, {.knowledge = knowledge});
  output->begin(input.describe());
  const auto info = input.next_layer()->info();

  CHECK(output->want_layer(info));
  auto sink = output->put_layer(info);
  CHECK_FALSE(output->want_layer(info));
  sink->write(as_block(image.layers[0]));
  sink->commit(record_of(image.layers[0]));
  sink.reset();
  CHECK_FALSE(output->want_layer(info));
}

TEST_CASE("outputs: a layer that turns out to be there already is kept once", "[contract]") {
  const auto knowledge = GENERATE(Knowledge::no_sizes, Knowledge::nothing);
  const auto destination = any_destination();
  const auto output = destination->output();
  MemoryInput input(make_usual_image(), {.knowledge = knowledge, .repeats = Repeats::every_time});

  write_image(input, *output);

  CHECK(output->verify(VerifyLevel::full).find("verify.ok") != nullptr);
}

TEST_CASE("outputs: layers are written and committed by several threads", "[contract]") {
  std::vector<std::string> layers;
  for (std::uint32_t i = 0; i < 40; ++i) layers.push_back(random_layer(i, 3000 + 977 * i));
  const auto image = make_image(layers);
  const auto options = any_knowledge();
  const auto destination = any_destination();
  const auto output = destination->output();
  MemoryInput input(image, {.knowledge = options.knowledge, .block_size = 1000});

  write_image(input, *output, 8);

  CHECK(output->verify(VerifyLevel::full).find("verify.ok") != nullptr);
}

TEST_CASE("outputs: an input that fails in the middle of a layer leaves nothing", "[contract]") {
  const auto options = any_knowledge();
  const auto destination = any_destination();
  const auto image = make_usual_image();
  for (const unsigned threads : {1U, 8U}) {
    MemoryInput input(
        image,
        {.knowledge = options.knowledge, .block_size = 4096, .faults = {{3, Fault::failing}}, .failing_block = 9});
    CHECK_THROWS_AS(write_image(input, *destination->output(), threads), Error);
    CHECK_FALSE(destination->has_image());
    CHECK(destination->leftovers().empty());
  }
}
