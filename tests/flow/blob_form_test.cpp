#include "occy/error.hpp"
#include "occy/process.hpp"
#include "support/catch.hpp"
#include "support/memory_input.hpp"
#include "support/memory_output.hpp"
#include "support/packed.hpp"
#include "support/test_filter.hpp"

namespace occy::test {
namespace {

TestImage packed_image() { return make_image({random_layer(1, 50'000), random_layer(2, 90'000)}); }

MemoryInputOptions as_a_registry(std::map<std::size_t, Fault> faults = {}) {
  return {.knowledge = Knowledge::blobs, .compression = Compression::gzip, .faults = std::move(faults)};
}

/// Its second blob holds another layer than the config says.
TestImage mislabelled_image() {
  TestImage image = packed_image();
  image.layers[1] = random_layer(3, 90'000);
  return image;
}

std::optional<Errc> blob_failure_of(const TestImage& image, const MemoryInputOptions& options,
                                    ProcessOptions how = {}) {
  MemoryInput input(image, options);
  MemoryOutput output;
  output.form = LayerForm::blob;
  try {
    (void)process(input, output, how);
  } catch (const Error& error) {
    return error.code();
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("blobs: an output of blobs gets them as they are", "[flow][blobs]") {
  const TestImage image = packed_image();
  MemoryInput input(image, as_a_registry());
  MemoryOutput output;
  output.form = LayerForm::blob;

  const ProcessReport report = process(input, output, {.verify = VerifyLevel::standard});

  std::uint64_t bytes = 0;
  for (const std::string& layer : image.layers) {
    const std::string blob = pack(layer, Compression::gzip);
    CHECK((output.committed.at(sha256(layer)) == blob));
    CHECK(output.records.at(sha256(layer)).stored ==
          StoredBlob{.compression = Compression::gzip, .digest = sha256(blob), .size = blob.size()});
    bytes += blob.size();
  }
  CHECK(report.bytes == bytes);
}

TEST_CASE("blobs: what is in a blob is looked at when everything is to be proved, or a filter is there",
          "[flow][blobs]") {
  const TestImage image = mislabelled_image();
  TestFilter filter(FilterDepth::image, [](Entry&) { return Verdict::keep; });

  CHECK_FALSE(blob_failure_of(image, as_a_registry()));
  CHECK_FALSE(blob_failure_of(image, as_a_registry(), {.verify = VerifyLevel::standard}));
  CHECK(blob_failure_of(image, as_a_registry(), {.verify = VerifyLevel::full}) == Errc::digest_mismatch);
  CHECK(blob_failure_of(image, as_a_registry(), {.filters = {&filter}}) == Errc::digest_mismatch);
}

TEST_CASE("blobs: a blob that is not the one of its digest is refused", "[flow][blobs]") {
  const auto fault = GENERATE(Fault::wrong_bytes, Fault::cut, Fault::longer, Fault::failing);
  const auto failure = blob_failure_of(packed_image(), as_a_registry({{1, fault}}));
  REQUIRE(failure);
  CHECK(*failure == (fault == Fault::failing  ? Errc::io
                     : fault == Fault::longer ? Errc::size_mismatch
                                              : Errc::digest_mismatch));
}

}  // namespace occy::test
