#include "outputs/layer_proof.hpp"

#include <algorithm>

#include "codec/decoder.hpp"
#include "io/file_source.hpp"
#include "io/hashed_source.hpp"
#include "io/packing_of.hpp"
#include "model/running.hpp"
#include "outputs/verdict.hpp"
#include "tar/stream_walker.hpp"

namespace occy::outputs {
namespace {

bool is_zero(Block bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte byte) { return byte == std::byte{}; });
}

/// A layer as a tar, while its bytes pass.
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

LayerProof walk_through(BlockSource& plain, const Limits& limits, const std::stop_token& stop) {
  Sha256 hash;
  LayerWalk walk(limits);
  std::uint64_t size = 0;
  for (Block block = plain.next(); !block.empty(); block = plain.next()) {
    require_running(stop);
    hash.update(block);
    walk.push(block);
    size += block.size();
  }
  return {.record = {.diff_id = hash.finish(), .size = size}, .tar_problem = walk.finish()};
}

}  // namespace

LayerProof prove_layer(BlockSource& bytes, Compression compression, const std::string& subject, const Limits& limits,
                       const std::stop_token& stop) {
  if (compression == Compression::none) {
    LayerProof proof = walk_through(bytes, limits, stop);
    proof.record.stored = StoredBlob{.digest = proof.record.diff_id, .size = proof.record.size};
    return proof;
  }
  io::HashedSource stored(bytes);
  const auto plain = codec::make_decoder(stored, compression, limits, subject);
  LayerProof proof = walk_through(*plain, limits, stop);
  proof.record.stored = stored.finish(compression);
  return proof;
}

LayerProof prove_layer(const io::File& file, std::uint64_t offset, std::uint64_t size, const Limits& limits,
                       const std::stop_token& stop) {
  io::FileRangeSource bytes(file, offset, size);
  return prove_layer(bytes, io::packing_of(file, offset, size), file.path().string(), limits, stop);
}

void expect_layer(CheckResults& results, const std::string& subject, const LayerProof& found, const Digest& stored,
                  const Digest& diff_id) {
  if (found.record.stored->digest != stored)
    results.error("verify.digest", subject, difference(stored.str(), found.record.stored->digest.str()));
  else if (found.record.diff_id != diff_id)
    results.error("verify.digest", subject, "unpacked: " + difference(diff_id.str(), found.record.diff_id.str()));
  if (!found.tar_problem.empty()) results.error("verify.layer-tar", subject, found.tar_problem);
}

}  // namespace occy::outputs
