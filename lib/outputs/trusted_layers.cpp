#include "outputs/trusted_layers.hpp"

#include <map>
#include <optional>
#include <vector>

#include "io/beneath.hpp"
#include "occy/error.hpp"
#include "outputs/layer_jobs.hpp"
#include "outputs/layer_proof.hpp"

namespace occy::outputs {
namespace {

struct Candidate {
  std::string name;
  LayerInfo layer;
  io::FileStamp stamp;
  std::optional<LayerRecord> proved = {};
};

/// By the size that it must have, where that is known: cheaper than reading.
bool may_be(const io::FileStamp& stamp, const LayerRecord& claimed) {
  return !claimed.stored || claimed.stored->size == 0 || claimed.stored->size == stamp.size;
}

std::vector<Candidate> find_candidates(const io::File& root, const ImageDescription& image,
                                       const LayerFileName& name_of) {
  std::map<Digest, Candidate> candidates;
  for (const LayerInfo& layer : image.layers.value_or(std::vector<LayerInfo>{})) {
    if (!layer.diff_id) continue;
    const LayerRecord claimed = claimed_record(layer);
    const std::string name = name_of(claimed);
    const auto stamp = name.empty() ? std::nullopt : io::stamp_beneath(root, name);
    if (stamp && may_be(*stamp, claimed))
      candidates.emplace(*layer.diff_id, Candidate{.name = name, .layer = layer, .stamp = *stamp});
  }
  std::vector<Candidate> list;
  list.reserve(candidates.size());
  for (auto& [diff_id, candidate] : candidates) list.push_back(std::move(candidate));
  return list;
}

/// Missing: the bytes are not those of the layer.
std::optional<LayerRecord> prove(const io::File& file, const std::string& name, const Digest& diff_id,
                                 const LayerFileName& name_of, const Limits& limits, const std::stop_token& stop) {
  try {
    const io::FileStamp before = file.stamp();
    const LayerRecord record = prove_layer(file, 0, before.size, limits, stop).record;
    const bool right = record.diff_id == diff_id && name_of(record) == name && file.stamp() == before;
    return right ? std::optional(record) : std::nullopt;
  } catch (const Error& error) {
    if (error.code() == Errc::cancelled) throw;
    return std::nullopt;
  }
}

}  // namespace

LayerRecord claimed_record(const LayerInfo& layer) {
  LayerRecord record{.diff_id = *layer.diff_id, .size = layer.size.value_or(0)};
  if (layer.stored)
    record.stored =
        StoredBlob{.compression = layer.compression, .digest = layer.stored->digest, .size = layer.stored->size};
  else if (layer.compression == Compression::none)
    record.stored = StoredBlob{.digest = *layer.diff_id, .size = record.size};
  return record;
}

void trust_layers(Store& store, const ImageDescription& image, const LayerFileName& name_of, LayerLedger& ledger,
                  unsigned jobs, const Limits& limits, const std::stop_token& stop) {
  if (store.existing() == nullptr) return;
  const io::File& root = *store.existing();
  auto candidates = find_candidates(root, image, name_of);
  std::vector<std::uint64_t> sizes;
  sizes.reserve(candidates.size());
  for (const Candidate& candidate : candidates) sizes.push_back(candidate.stamp.size);
  for_each_layer(sizes, jobs, [&](std::size_t i) {
    const io::File file = io::open_beneath(root, candidates[i].name, Side::output);
    candidates[i].stamp = file.stamp();
    candidates[i].proved = prove(file, candidates[i].name, *candidates[i].layer.diff_id, name_of, limits, stop);
  });
  for (const Candidate& candidate : candidates) {
    if (!candidate.proved) continue;
    ledger.add(candidate.layer, *candidate.proved);
    store.rely_on(candidate.name, candidate.stamp,
                  [name = candidate.name, diff_id = *candidate.layer.diff_id, name_of, limits, stop](
                      const io::File& file) { return prove(file, name, diff_id, name_of, limits, stop).has_value(); });
  }
}

}  // namespace occy::outputs
