#include "tree/layer_queue.hpp"

#include <filesystem>

#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/image_builder.hpp"
#include "support/memory_input.hpp"
#include "support/temp_dir.hpp"

using namespace occy;
using namespace occy::test;

namespace {

/// Writes down the layers that it is given.
struct Taken final : tree::LayerTaker {
  void begin_layer(const std::string&) override { text += "["; }
  void write(Block bytes) override { text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size()); }
  void end_layer() override { text += "]"; }

  std::string text = {};
};

/// Layers that are letters: the queue does not read them.
struct Scene {
  explicit Scene(std::vector<std::string> layers, Knowledge knowledge = Knowledge::everything)
      : image(make_image(std::move(layers))),
        input(image, {.knowledge = knowledge}),
        queue(taken, input.describe(), std::filesystem::temp_directory_path()) {}

  std::unique_ptr<LayerSink> open(std::size_t position, bool with_index = true) {
    LayerInfo info{.name = "layer"};
    if (with_index) info.index = position;
    return queue.put(info);
  }

  void finish(LayerSink& sink, std::size_t position) {
    const auto& layer = image.layers[position];
    sink.write(std::as_bytes(std::span(layer)));
    sink.commit({.diff_id = sha256(layer), .size = layer.size()});
  }

  void settle() { queue.settle(image.config, "there"); }

  Taken taken = {};
  TestImage image;
  MemoryInput input;
  tree::LayerQueue queue;
};

}  // namespace

TEST_CASE("layer queue: the next layer goes straight on, later ones wait for their turn", "[tree]") {
  Scene scene({"a", "b", "c"});
  const auto third = scene.open(2);
  const auto first = scene.open(0);
  const auto second = scene.open(1);

  scene.finish(*third, 2);
  CHECK(scene.taken.text == "[");
  scene.finish(*first, 0);
  CHECK(scene.taken.text == "[a]");
  scene.finish(*second, 1);
  CHECK(scene.taken.text == "[a][b][c]");
  scene.settle();
  CHECK(scene.taken.text == "[a][b][c]");
}

TEST_CASE("layer queue: a layer that filters may change, and that is listed twice, is given twice", "[tree]") {
  const TestImage image = make_image({"a", "b", "a"});
  const ImageDescription filtered{
      .source = "there",
      .layers = std::vector{LayerInfo{.index = 0, .name = "a"}, LayerInfo{.index = 1, .name = "b"},
                            LayerInfo{.index = 0, .name = "a"}}};
  Taken taken;
  tree::LayerQueue queue(taken, filtered, std::filesystem::temp_directory_path());
  for (const std::size_t position : {0U, 1U}) {
    const std::string& layer = image.layers[position];
    const auto sink = queue.put({.index = position, .name = "layer"});
    sink->write(std::as_bytes(std::span(layer)));
    sink->commit({.diff_id = sha256(layer), .size = layer.size()});
  }

  queue.settle(image.config, "there");

  CHECK(taken.text == "[a][b][a]");
}

TEST_CASE("layer queue: a layer that the image lists twice is given twice", "[tree]") {
  Scene scene({"a", "b", "a", "c"});

  for (const std::size_t position : {std::size_t{1}, std::size_t{0}, std::size_t{3}})
    scene.finish(*scene.open(position), position);
  scene.settle();

  CHECK(scene.taken.text == "[a][b][a][c]");
}

TEST_CASE("layer queue: without an order, all wait for the config", "[tree]") {
  Scene scene({"a", "b", "a"}, Knowledge::nothing);

  scene.finish(*scene.open(1, false), 1);
  scene.finish(*scene.open(0, false), 0);
  CHECK(scene.taken.text.empty());
  scene.settle();

  CHECK(scene.taken.text == "[a][b][a]");
}

TEST_CASE("layer queue: a layer that is missing is named", "[tree]") {
  Scene scene({"a", "b"});
  scene.finish(*scene.open(0), 0);

  const auto error = error_of([&] { scene.settle(); });

  CHECK(error.code() == Errc::not_found);
  CHECK(error.detail().expected == sha256(std::string_view("b")).str());
}

TEST_CASE("layer queue: a waiting layer that is dropped may come again", "[tree]") {
  Scene scene({"a", "b"});
  scene.open(1)->write(std::as_bytes(std::span("half", 4)));

  scene.finish(*scene.open(1), 1);
  scene.finish(*scene.open(0), 0);
  scene.settle();

  CHECK(scene.taken.text == "[a][b]");
}

TEST_CASE("layer queue: a layer that was dropped half taken ends the image", "[tree]") {
  Scene scene({"a"});
  scene.open(0)->write(std::as_bytes(std::span("half", 4)));

  scene.finish(*scene.open(0), 0);

  CHECK(error_of([&] { scene.settle(); }).side() == Side::output);
}

TEST_CASE("layer queue: a record of another size than was written is refused", "[tree]") {
  Scene scene({"a", "b"});
  const auto sink = scene.open(1);
  sink->write(std::as_bytes(std::span("bb", 2)));

  CHECK(error_of([&] { sink->commit({.diff_id = sha256(std::string_view("b")), .size = 1}); }).code() ==
        Errc::size_mismatch);
}

TEST_CASE("layer queue: plain layers in order are opened one at a time, packed ones several", "[tree]") {
  const auto image = make_image({"a", "b"});
  Taken taken;
  MemoryInput plain(image);
  MemoryInput packed(image, {.compression = Compression::gzip});

  CHECK(tree::LayerQueue(taken, plain.describe(), "/tmp").max_open() == 1);
  CHECK(tree::LayerQueue(taken, packed.describe(), "/tmp").max_open() > 1);
}

TEST_CASE("layer queue: a spool directory that is not there is an error that names it", "[tree]") {
  const auto image = make_image({"a", "b"});
  Taken taken;
  MemoryInput input(image);
  tree::LayerQueue queue(taken, input.describe(), "/none/such");

  CHECK(error_of([&] { (void)queue.put({.index = 1}); }).detail().subject == "/none/such");
}
