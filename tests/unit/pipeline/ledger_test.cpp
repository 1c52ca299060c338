#include "pipeline/ledger.hpp"

#include "support/catch.hpp"
#include "support/image_builder.hpp"

using namespace occy;
using namespace occy::test;

TEST_CASE("ledger: a layer that was not unpacked has no known size, and an empty one has 0", "[pipeline]") {
  const TestImage image = make_image({random_layer(1, 10), random_layer(2, 20), ""});
  const auto diff_ids = image.config.diff_ids();
  const auto blob = [](Compression compression) {
    return StoredBlob{.compression = compression, .digest = sha256("blob"), .size = 5};
  };
  pipeline::Ledger ledger;
  ledger.note_written(diff_ids[0], {.diff_id = diff_ids[0], .stored = blob(Compression::gzip)}, {});
  ledger.note_written(diff_ids[1], {.diff_id = diff_ids[1], .size = 20, .stored = blob(Compression::gzip)}, {});
  ledger.note_written(diff_ids[2], {.diff_id = diff_ids[2], .stored = blob(Compression::none)}, {});

  CHECK(ledger.sizes(image.config) == std::vector<std::optional<std::uint64_t>>{std::nullopt, 20, 0});
}
