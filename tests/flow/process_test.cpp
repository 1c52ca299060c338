#include "occy/process.hpp"

#include <algorithm>
#include <map>

#include "occy/error.hpp"
#include "occy/inputs/tar.hpp"
#include "support/archive_builder.hpp"
#include "support/catch.hpp"
#include "support/error_of.hpp"
#include "support/memory_input.hpp"
#include "support/memory_output.hpp"
#include "support/packed.hpp"
#include "support/temp_dir.hpp"

namespace occy::test {
namespace {

// The error that the job ends with.
Error failure_of(ImageInput& input, ImageOutput& output, const ProcessOptions& options = {}) {
  return error_of([&] { (void)process(input, output, options); });
}

std::map<Digest, std::string> layers_by_digest(const TestImage& image) {
  std::map<Digest, std::string> layers;
  for (const std::string& layer : image.layers) layers.emplace(sha256(layer), layer);
  return layers;
}

CheckResults good_verdict() {
  CheckResults results;
  results.info("verify.ok", "memory", "all verified");
  return results;
}

class CountingProgress final : public Progress {
 public:
  void stage_started(Stage stage) override { stages.push_back(stage); }
  void layer_started(std::size_t number, const LayerInfo&) override { open.emplace(number, 0); }
  void layer_advanced(std::size_t number, std::uint64_t bytes) override {
    rising &= bytes > open.at(number);
    open.at(number) = bytes;
    if (stop != nullptr) stop->request_stop();
  }
  void layer_finished(std::size_t number, const LayerRecord& record) override {
    exact &= open.at(number) == record.size;
    ++finished;
  }
  void layer_skipped(std::size_t, const LayerInfo&) override { ++skipped; }

  std::vector<Stage> stages;
  std::map<std::size_t, std::uint64_t> open;
  std::size_t finished = 0;
  std::size_t skipped = 0;
  bool rising = true;
  bool exact = true;
  std::stop_source* stop = nullptr;
};

}  // namespace

TEST_CASE("process: every layer and the config arrive as they are, whatever is known before and however many jobs",
          "[flow][process]") {
  const auto knowledge = GENERATE(Knowledge::everything, Knowledge::no_sizes, Knowledge::nothing);
  const auto compression = GENERATE(Compression::none, Compression::gzip, Compression::zstd);
  const auto jobs = GENERATE(1U, 8U);
  const TestImage image = make_usual_image();
  MemoryInput input(image, {.knowledge = knowledge, .compression = compression});
  MemoryOutput output;

  const ProcessReport report = process(input, output, {.jobs = jobs});

  CHECK(output.committed == layers_by_digest(image));
  CHECK(output.discarded == 0);
  CHECK(output.config_digest == image.config.digest());
  CHECK(output.finalized);
  CHECK(report.config_digest == image.config.digest());
  REQUIRE(report.layers.size() == image.layers.size());
  std::uint64_t distinct = 0;
  for (const auto& [diff_id, bytes] : output.committed) distinct += bytes.size();
  CHECK(report.bytes == distinct);
  for (std::size_t i = 0; i < image.layers.size(); ++i) {
    CHECK(report.layers[i].index == i);
    CHECK(report.layers[i].diff_id == sha256(image.layers[i]));
    CHECK(report.layers[i].size == image.layers[i].size());
    CHECK(report.layers[i].action == LayerReport::Action::written);
  }
}

TEST_CASE("process: the report names the stored blobs that the source names", "[flow][process]") {
  const auto compression = GENERATE(Compression::none, Compression::gzip);
  const TempDir directory;
  const auto archive = saved_archive({small_image()}, {.dialect = Dialect::docker_25, .compression = compression});
  TarInput input(write_file(directory / "image.tar", archive));
  MemoryOutput output;

  const ProcessReport report = process(input, output);

  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    const std::string layer = small_image().layers[i];
    const std::string blob = compression == Compression::gzip ? gzip(layer) : layer;
    REQUIRE(report.layers[i].stored);
    CHECK(report.layers[i].stored->digest == sha256(blob));
    CHECK(report.layers[i].stored->size == blob.size());
  }
}

TEST_CASE("process: a layer has no stored blob where the source names none", "[flow][process]") {
  MemoryInput input(make_usual_image());
  MemoryOutput output;

  const ProcessReport report = process(input, output);

  for (const LayerReport& layer : report.layers) CHECK_FALSE(layer.stored);
}

TEST_CASE("process: no more layers are open than either side allows", "[flow][process]") {
  const unsigned input_allows = GENERATE(1U, 2U, 8U);
  const unsigned output_allows = GENERATE(1U, 3U);
  MemoryInput input(make_usual_image(), {.max_open = input_allows});
  MemoryOutput output;
  output.max_open = output_allows;

  (void)process(input, output, {.jobs = 8});

  CHECK(output.most_open <= std::min(input_allows, output_allows));
}

TEST_CASE("process: a layer that the output has is not read", "[flow][process]") {
  const TestImage image = make_usual_image();
  MemoryInput input(image, {.faults = {{1, Fault::failing}}});
  MemoryOutput output;
  output.there.insert(sha256(image.layers[1]));
  CountingProgress progress;

  const ProcessReport report = process(input, output, {.jobs = 1, .progress = &progress});

  CHECK(report.layers[1].action == LayerReport::Action::already_there);
  CHECK(report.layers[1].size == 0);
  CHECK(progress.skipped == 1);
}

TEST_CASE("process: a layer that is not what its digest says is discarded, and named", "[flow][process]") {
  const auto compression = GENERATE(Compression::none, Compression::gzip);
  const auto jobs = GENERATE(1U, 4U);
  const TestImage image = make_usual_image();
  // The config of another last layer: the bytes themselves can be unpacked.
  TestImage other = image;
  other.layers[1].back() = 'x';
  MemoryInput input(TestImage{.layers = other.layers, .config = image.config, .references = {}},
                    {.knowledge = Knowledge::no_sizes, .compression = compression});
  MemoryOutput output;

  const Error error = failure_of(input, output, {.jobs = jobs});

  CHECK(error.code() == Errc::digest_mismatch);
  CHECK(error.side() == Side::input);
  CHECK(error.detail().subject == "memory: layer 1");
  CHECK(error.detail().expected == sha256(image.layers[1]).str());
  CHECK(error.detail().found == sha256(other.layers[1]).str());
  CHECK(output.discarded >= 1);
  CHECK_FALSE(output.committed.contains(sha256(other.layers[1])));
  CHECK_FALSE(output.finalized);
}

TEST_CASE("process: a layer of another size than claimed is refused before more bytes are written", "[flow][process]") {
  const auto [fault, expected] = GENERATE(table<Fault, Errc>({{Fault::cut, Errc::size_mismatch},
                                                              {Fault::longer, Errc::size_mismatch},
                                                              {Fault::wrong_bytes, Errc::digest_mismatch}}));
  MemoryInput input(make_usual_image(), {.faults = {{1, fault}}});
  MemoryOutput output;

  const Error error = failure_of(input, output, {.jobs = 1});

  CHECK(error.code() == expected);
  CHECK(error.detail().subject == "memory: layer 1");
  CHECK(output.discarded == 1);
  CHECK_FALSE(output.finalized);
}

TEST_CASE("process: a packed layer that is cut is refused", "[flow][process]") {
  const auto compression = GENERATE(Compression::gzip, Compression::zstd);
  MemoryInput input(make_usual_image(), {.compression = compression, .faults = {{1, Fault::cut}}});
  MemoryOutput output;

  const Error error = failure_of(input, output);

  CHECK(error.code() == Errc::bad_archive);
  CHECK(error.detail().subject.find("memory: layer 1") != std::string::npos);
  CHECK_FALSE(output.finalized);
}

TEST_CASE("process: a layer of the config that never comes is missed before anything is published", "[flow][process]") {
  MemoryInput input(make_usual_image(), {.knowledge = Knowledge::nothing, .order = {0, 1, 2, 3, 5}});
  MemoryOutput output;

  const Error error = failure_of(input, output);

  CHECK(error.code() == Errc::not_found);
  CHECK(error.detail().subject == "memory");
  CHECK(error.detail().what.find("layer 6") != std::string::npos);
  CHECK_FALSE(output.config_digest);
}

TEST_CASE("process: a stream with layers of another image is refused", "[flow][process]") {
  TestImage image = make_usual_image();
  image.layers.push_back(random_layer(99, 1000));
  MemoryInput input(image, {.knowledge = Knowledge::nothing});
  MemoryOutput output;

  const Error error = failure_of(input, output);

  CHECK(error.code() == Errc::unsupported);
  CHECK(error.detail().hint.find("save it to a file") != std::string::npos);
  CHECK_FALSE(output.finalized);
}

TEST_CASE("process: the first of several failures is thrown, and the other workers stop", "[flow][process]") {
  MemoryInput input(make_usual_image(), {.faults = {{1, Fault::failing}}});
  MemoryOutput output;

  const Error error = failure_of(input, output, {.jobs = 8});

  CHECK(error.code() == Errc::io);
  CHECK(error.detail().subject == "memory: layer 1");
}

TEST_CASE("process: more layers than the limit are refused", "[flow][process]") {
  MemoryInput input(make_usual_image());
  MemoryOutput output;

  const Error error = failure_of(input, output, {.limits = {.layers = 3}});

  CHECK(error.code() == Errc::limit);
  CHECK_FALSE(output.finalized);
}

TEST_CASE("process: a stop request cancels before, and in the middle of, a layer", "[flow][process]") {
  const auto jobs = GENERATE(1U, 4U);
  MemoryInput input(make_usual_image(), {.block_size = 1000});
  MemoryOutput output;
  std::stop_source stop;
  CountingProgress progress;

  SECTION("before") { stop.request_stop(); }
  SECTION("in the middle") { progress.stop = &stop; }
  const Error error = failure_of(input, output, {.jobs = jobs, .progress = &progress, .stop = stop.get_token()});

  CHECK(error.code() == Errc::cancelled);
  CHECK_FALSE(output.finalized);
}

TEST_CASE("process: the observer is told of every stage, and of every layer's bytes to the last", "[flow][process]") {
  const auto jobs = GENERATE(1U, 8U);
  MemoryInput input(make_usual_image(), {.block_size = 4096});
  MemoryOutput output;
  CountingProgress progress;

  (void)process(input, output, {.jobs = jobs, .progress = &progress});

  CHECK(progress.stages == std::vector{Stage::layers, Stage::finalizing, Stage::verifying});
  CHECK(progress.finished == 6);  // seven layers, one of them twice
  CHECK(progress.rising);
  CHECK(progress.exact);
}

TEST_CASE("process: the outcome is what the verification says", "[flow][process]") {
  MemoryInput input(make_usual_image());
  MemoryOutput output;

  SECTION("a proof") {
    output.verdict = good_verdict();
    CHECK(process(input, output, {.verify = VerifyLevel::full}).outcome() == ProcessReport::Outcome::verified);
    CHECK(output.verified == VerifyLevel::full);
  }
  SECTION("an error") {
    output.verdict = good_verdict();
    output.verdict.error("verify.layer", "layer 1", "missing");
    CHECK(process(input, output).outcome() == ProcessReport::Outcome::errors);
  }
  SECTION("nobody to ask") {
    output.verdict.warning("verify.unreachable", "engine", "gone");
    CHECK(process(input, output).outcome() == ProcessReport::Outcome::unreachable);
  }
  SECTION("a warning and no proof") {
    output.verdict.warning("verify.other", "engine", "strange");
    CHECK(process(input, output).outcome() == ProcessReport::Outcome::unreachable);
  }
  SECTION("an output that has nothing to say") {
    CHECK(process(input, output).outcome() == ProcessReport::Outcome::not_asked);
  }
  SECTION("not asked") {
    CHECK(process(input, output, {.verify = std::nullopt}).outcome() == ProcessReport::Outcome::not_asked);
    CHECK_FALSE(output.verified);
  }
}

}  // namespace occy::test
