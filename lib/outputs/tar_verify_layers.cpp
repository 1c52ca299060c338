// Checks 7 and 8 of docs/verification.md, "TarWriter".
#include <algorithm>
#include <atomic>
#include <numeric>
#include <set>
#include <system_error>
#include <thread>

#include "io/file_source.hpp"
#include "outputs/tar_verify.hpp"
#include "tar/docker_archive.hpp"
#include "tar/stream_walker.hpp"

namespace occy::outputs {

namespace {

bool is_zero(Block bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte byte) { return byte == std::byte{}; });
}

/// A layer as a tar, while its bytes pass. Engines take a layer without an end-of-archive marker as it is, and a layer
/// of nothing, or of nothing but zeros, for an empty one: a faithful copy of such a layer is one.
class LayerWalk {
 public:
  explicit LayerWalk(const Limits& limits) : walker_([this](const tar::Entry& entry) { see(entry); }, limits) {}

  void push(Block bytes) {
    all_zero_ = all_zero_ && is_zero(bytes);
    (void)walker_.push(bytes);  // an error is final, and finish() has it
  }

  /// What is wrong; empty when nothing is.
  std::string finish() const {
    const auto end = walker_.finish();
    if (!end && !all_zero_ && !walker_.lacks_only_end())
      return end.error().message + " at offset " + std::to_string(end.error().position);
    return problem_;
  }

 private:
  void see(const tar::Entry& entry) {
    if (problem_.empty() && entry.path.empty())
      problem_ = "entry without a name at offset " + std::to_string(entry.header_offset);
    if (problem_.empty() && entry.type == tar::EntryType::other)
      problem_ = "entry \"" + printable(entry.path) + "\" of unknown type " + printable({&entry.type_byte, 1});
  }

  tar::StreamWalker walker_;
  std::string problem_;
  bool all_zero_ = true;
};

CheckResults verify_layer(const WrittenArchive& archive, const LayerRecord& layer, const Limits& limits) {
  CheckResults results;
  const auto name = tar::layer_member_name(layer.diff_id);
  const auto* member = archive.index.find(name);
  if (member == nullptr || member->type != tar::EntryType::file) return results;  // verify_documents() has said so
  const auto subject = archive.file.path().string() + ": " + name;
  try {
    io::FileRangeSource source(archive.file, member->data_offset, member->size);
    Sha256 hash;
    LayerWalk walk(limits);
    for (auto block = source.next(); !block.empty(); block = source.next()) {
      hash.update(block);
      walk.push(block);
    }
    if (const auto found = hash.finish(); found != layer.diff_id)
      results.error("verify.digest", subject, "expected " + layer.diff_id.str() + ", found " + found.str());
    if (const auto problem = walk.finish(); !problem.empty()) results.error("verify.layer-tar", subject, problem);
  } catch (const std::exception& error) {
    results.error("verify.tarball", subject, error.what());
  }
  return results;
}

/// Each layer once, however often the config lists it.
std::vector<LayerRecord> distinct(const std::vector<LayerRecord>& layers) {
  std::vector<LayerRecord> once;
  std::set<Digest> seen;
  for (const auto& layer : layers)
    if (seen.insert(layer.diff_id).second) once.push_back(layer);
  return once;
}

/// Positions in `layers`, the biggest first: begun last, it would keep one thread busy when the others are done.
std::vector<std::size_t> biggest_first(const std::vector<LayerRecord>& layers) {
  std::vector<std::size_t> order(layers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return layers[a].size > layers[b].size; });
  return order;
}

/// Runs `work` in `threads` threads, this one among them; in fewer where the system gives no more.
template <class Work>
void run_in_threads(std::size_t threads, const Work& work) {
  std::vector<std::jthread> helpers;
  try {
    while (helpers.size() + 1 < threads) helpers.emplace_back(work);
  } catch (const std::system_error&) {
  }
  work();
}

}  // namespace

CheckResults verify_layers(const WrittenArchive& archive, const WrittenImage& written, unsigned jobs,
                           const Limits& limits) {
  const auto layers = distinct(written.layers);
  const auto order = biggest_first(layers);
  std::vector<CheckResults> found(layers.size());
  std::atomic<std::size_t> next = 0;
  run_in_threads(std::min<std::size_t>(jobs, layers.size()), [&] {
    for (auto i = next++; i < order.size(); i = next++)
      found[order[i]] = verify_layer(archive, layers[order[i]], limits);
  });

  CheckResults results;
  for (auto& one : found) results.merge(std::move(one));
  return results;
}

}  // namespace occy::outputs
