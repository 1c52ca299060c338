#include "outputs/layer_proof.hpp"

#include <algorithm>
#include <array>

#include "codec/decoder.hpp"
#include "io/file_source.hpp"
#include "model/packing.hpp"
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

/// Hashes what a decoder reads.
class HashedSource final : public BlockSource {
 public:
  explicit HashedSource(BlockSource& source) : source_(source) {}

  Block next() override {
    const Block block = source_.next();
    hash_.update(block);
    size_ += block.size();
    return block;
  }

  StoredBlob finish(Compression compression) {
    return {.compression = compression, .digest = hash_.finish(), .size = size_};
  }

 private:
  BlockSource& source_;
  Sha256 hash_;
  std::uint64_t size_ = 0;
};

Compression packing_of(const io::File& file, std::uint64_t offset, std::uint64_t size) {
  std::array<std::byte, kMagicSize> magic{};
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size, magic.size()));
  return detect_compression(std::span(magic).first(file.read_at(std::span(magic).first(wanted), offset)));
}

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
  HashedSource stored(bytes);
  const auto plain = codec::make_decoder(stored, compression, limits, subject);
  LayerProof proof = walk_through(*plain, limits, stop);
  proof.record.stored = stored.finish(compression);
  return proof;
}

LayerProof prove_layer(const io::File& file, std::uint64_t offset, std::uint64_t size, const Limits& limits,
                       const std::stop_token& stop) {
  io::FileRangeSource bytes(file, offset, size);
  return prove_layer(bytes, packing_of(file, offset, size), file.path().string(), limits, stop);
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
