#include "inputs/unpacked_source.hpp"

#include <utility>
#include <vector>

#include "codec/decoder.hpp"
#include "model/packing.hpp"

namespace occy {
namespace {

/// Lends the first bytes, which were read to look at them, once more.
class ReplayedSource final : public BlockSource {
 public:
  explicit ReplayedSource(std::unique_ptr<BlockSource> bytes) : bytes_(std::move(bytes)) {
    while (first_.size() < kMagicSize) {
      const Block block = bytes_->next();
      if (block.empty()) break;
      first_.insert(first_.end(), block.begin(), block.end());
    }
  }

  [[nodiscard]] Block first() const noexcept { return first_; }

  Block next() override {
    const bool replay = !std::exchange(replayed_, true) && !first_.empty();
    return replay ? Block(first_) : bytes_->next();
  }

 private:
  std::unique_ptr<BlockSource> bytes_;
  std::vector<std::byte> first_;
  bool replayed_ = false;
};

class UnpackedSource final : public BlockSource {
 public:
  UnpackedSource(std::unique_ptr<ReplayedSource> packed, const std::string& name, const Limits& limits)
      : packed_(std::move(packed)),
        decoder_(codec::make_decoder(*packed_, detect_compression(packed_->first()), limits, name)) {}

  Block next() override { return decoder_->next(); }

 private:
  std::unique_ptr<ReplayedSource> packed_;
  std::unique_ptr<BlockSource> decoder_;
};

}  // namespace

std::unique_ptr<BlockSource> unpacked(std::unique_ptr<BlockSource> bytes, const std::string& name,
                                      const Limits& limits) {
  return std::make_unique<UnpackedSource>(std::make_unique<ReplayedSource>(std::move(bytes)), name, limits);
}

}  // namespace occy
