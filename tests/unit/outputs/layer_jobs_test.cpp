#include "outputs/layer_jobs.hpp"

#include "support/catch.hpp"

using namespace occy;

TEST_CASE("layer jobs: what takes longest to read comes first, and findings keep their order", "[outputs]") {
  const auto packed = [](const char* name, std::uint64_t size, std::uint64_t stored) {
    return LayerRecord{.diff_id = sha256(name),
                       .size = size,
                       .stored = StoredBlob{.compression = Compression::gzip, .digest = sha256(name), .size = stored}};
  };
  const std::vector<LayerRecord> layers{
      packed("small", 200, 10), {.diff_id = sha256("plain"), .size = 50}, packed("never unpacked", 0, 100)};
  std::vector<Digest> order;

  const CheckResults results = outputs::check_each(layers, 1, [&](const LayerRecord& layer) {
    order.push_back(layer.diff_id);
    CheckResults found;
    found.info("check", layer.diff_id.str(), "");
    return found;
  });

  CHECK(order == std::vector<Digest>{layers[2].diff_id, layers[1].diff_id, layers[0].diff_id});
  REQUIRE(results.findings().size() == 3);
  CHECK(results.findings()[0].subject == layers[0].diff_id.str());
}
