// Whole layers are copied and read back after the pump has let go of them: a stop request ends that, too.
#include "occy/index_copy.hpp"
#include "occy/outputs/dir.hpp"
#include "occy/outputs/layout.hpp"
#include "occy/outputs/layout_blobs.hpp"
#include "occy/outputs/tar.hpp"
#include "occy/outputs/tar_blobs.hpp"
#include "occy/outputs/tree.hpp"
#include "support/blob_store.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/layer_builder.hpp"
#include "support/temp_dir.hpp"
#include "support/write_image.hpp"

using namespace occy;
using namespace occy::test;

namespace {

void expect_no_proof(const CheckResults& results) {
  CHECK_FALSE(results.has_errors());
  CHECK(results.find("verify.ok") == nullptr);
  REQUIRE(results.find("verify.unreachable") != nullptr);
  CHECK(results.find("verify.unreachable")->message == "cancelled");
}

template <class Output, class Options>
void expect_stop_in_verification(Options options) {
  const TempDir directory;
  std::stop_source stop;
  options.stop = stop.get_token();
  Output output(directory / "image", options);
  if constexpr (std::is_base_of_v<BlobOutput, Output>) {
    BlobStore store;
    MemoryBlobInput input(store, add_usual_index(store));
    (void)copy_index(input, output, {.verify = std::nullopt});
  } else {
    MemoryInput input(make_usual_image());
    write_image(input, output);
  }

  stop.request_stop();

  expect_no_proof(output.verify(VerifyLevel::full));
}

Block bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

}  // namespace

TEST_CASE("stop: a full verification ends, and is no proof", "[outputs]") {
  expect_stop_in_verification<TarWriter>(TarWriterOptions{});
  expect_stop_in_verification<TarWriter>(TarWriterOptions{.form = TarWriterOptions::Form::oci});
  expect_stop_in_verification<LayoutWriter>(LayoutWriterOptions{});
  expect_stop_in_verification<DirWriter>(DirWriterOptions{});
  expect_stop_in_verification<TarBlobOutput>(TarBlobOutputOptions{});
  expect_stop_in_verification<LayoutBlobOutput>(LayoutWriterOptions{});
}

TEST_CASE("stop: so does that of an unpacked tree", "[outputs]") {
  const TempDir directory;
  std::stop_source stop;
  TreeWriter output(directory / "tree", {.unpack = {.stop = stop.get_token()}});
  MemoryInput input(make_image({LayerBuilder().file("file", "content").tar()}));
  write_image(input, output);

  stop.request_stop();

  expect_no_proof(output.verify(VerifyLevel::full));
}

TEST_CASE("stop: a layer that waited in a file is not copied", "[outputs]") {
  const TempDir directory;
  std::stop_source stop;
  TarWriter writer(directory / "image.tar", {.form = TarWriterOptions::Form::oci, .stop = stop.get_token()});
  writer.begin({});
  const std::string layer = random_layer(1, 1000);
  const auto sink = writer.put_layer({.compression = Compression::gzip});
  sink->write(bytes_of(layer));

  stop.request_stop();

  CHECK(error_of([&] { sink->commit({.diff_id = sha256(layer), .size = layer.size()}); }).code() == Errc::cancelled);
}

TEST_CASE("stop: an archive is not written a second time for a wrong hint", "[outputs]") {
  const TempDir directory;
  std::stop_source stop;
  const TestImage image = make_image({random_layer(1, 1000), random_layer(2, 1000)});
  ImageDescription description;
  description.layers.emplace();
  for (const Digest& diff_id : image.config.diff_ids())
    description.layers->push_back({.diff_id = diff_id, .compression = Compression::gzip});
  TarWriter writer(directory / "image.tar", {.stop = stop.get_token()});
  writer.begin(description);
  std::vector<std::unique_ptr<LayerSink>> sinks;
  for (const LayerInfo& layer : *description.layers) {
    sinks.push_back(writer.put_layer(layer));
    sinks.back()->prepare([] { return std::uint64_t{100'000}; }, {});
  }
  for (std::size_t i = 0; i < sinks.size(); ++i) {
    sinks[i]->write(bytes_of(image.layers[i]));
    sinks[i]->commit({.diff_id = sha256(image.layers[i]), .size = image.layers[i].size()});
  }

  stop.request_stop();

  CHECK(error_of([&] { writer.put_config(image.config); }).code() == Errc::cancelled);
}
