#include "support/rewrite.hpp"

#include <algorithm>
#include <utility>

#include "support/catch.hpp"

namespace occy::test {

std::vector<Entry> Rewritten::entries() const {
  const Walked walked = walk(bytes_of(bytes));
  INFO((walked.error ? walked.error->message : ""));
  REQUIRE_FALSE(walked.error);
  return walked.entries;
}

Rewritten rewrite(Block layer, tar::LayerRewriter::Decide decide, std::size_t block_size,
                  const std::filesystem::path& spool_directory) {
  Rewritten done;
  tar::LayerRewriter rewriter(std::move(decide),
                              [&](Block block) {
                                CHECK_FALSE(block.empty());
                                done.bytes += text_of(block);
                              },
                              {.layer = "layer 1", .filter = "test", .spool_directory = spool_directory});
  result<void> went;
  for (; went && !layer.empty(); layer = layer.subspan(std::min(block_size, layer.size())))
    went = rewriter.push(layer.first(std::min(block_size, layer.size())));
  if (went) went = rewriter.finish();
  if (!went) done.error = went.error();
  done.changed = rewriter.changed();
  return done;
}

}  // namespace occy::test
