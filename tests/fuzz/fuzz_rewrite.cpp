// The rewriter on any bytes: nothing changed is the same bytes; with every time changed, what the walker sees is the
// same but for the times; with entries dropped, a walker still accepts the layer.
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

#include "fuzz.hpp"
#include "occy/error.hpp"
#include "tar/header_patch.hpp"
#include "tar/layer_rewriter.hpp"
#include "tar/stream_walker.hpp"

namespace {

using occy::Block;
using occy::Entry;
using occy::Verdict;
using occy::tar::LayerRewriter;

constexpr occy::Time kTime{.seconds = 12'345, .nanoseconds = 0};

// Nothing: refused.
std::optional<std::string> rewritten(Block layer, const LayerRewriter::Decide& decide) {
  std::string bytes;
  LayerRewriter rewriter(decide,
                         [&](Block block) { bytes.append(reinterpret_cast<const char*>(block.data()), block.size()); },
                         {.layer = "layer", .filter = "fuzzer", .spool_directory = "/tmp"});
  try {
    if (!rewriter.push(layer) || !rewriter.finish()) return {};
  } catch (const occy::Error&) {
    return {};
  }
  return bytes;
}

std::optional<std::vector<Entry>> entries_of(Block layer) {
  std::vector<Entry> entries;
  occy::tar::StreamWalker walker([&](const Entry& entry) { entries.push_back(entry); });
  const bool whole = walker.push(layer) && walker.finish();
  if (!whole && !walker.lacks_only_end()) return {};
  return entries;
}

Block bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

void require(bool truth) {
  if (!truth) std::abort();
}

void require_same_but_for_times(std::vector<Entry> before, const std::vector<Entry>& after) {
  require(before.size() == after.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    before[i].mtime = kTime;
    require(occy::tar::same_file(before[i], after[i]));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Block layer = occy::fuzz::block(data, size);
  const auto before = entries_of(layer);
  const auto same = rewritten(layer, [](Entry&) { return Verdict::keep; });
  require(same.has_value() == before.has_value());
  if (!before) return 0;
  require(std::ranges::equal(bytes_of(*same), layer));

  const auto timed = rewritten(layer, [](Entry& entry) {
    entry.mtime = kTime;
    return Verdict::keep;
  });
  require(timed.has_value());
  const auto after = entries_of(bytes_of(*timed));
  require(after.has_value());
  require_same_but_for_times(*before, *after);

  std::size_t number = 0;
  const auto fewer = rewritten(layer, [&](Entry&) { return number++ % 2 == 0 ? Verdict::drop : Verdict::keep; });
  if (fewer) require(entries_of(bytes_of(*fewer)).has_value());
  return 0;
}
