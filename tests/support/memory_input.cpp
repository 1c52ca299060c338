#include "support/memory_input.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <span>

#include "occy/error.hpp"
#include "support/packed.hpp"

namespace occy::test {

namespace {

std::string broken(std::string bytes, std::optional<Fault> fault) {
  if (fault == Fault::wrong_bytes) bytes.back() = static_cast<char>(bytes.back() ^ 1);
  if (fault == Fault::cut) bytes.pop_back();
  if (fault == Fault::longer) bytes.push_back('\0');
  return bytes;
}

class MemoryReader final : public LayerReader {
 public:
  enum class Passes { one, many };

  MemoryReader(LayerInfo info, std::string bytes, std::size_t block_size, std::optional<std::size_t> failing_block,
               Passes passes, std::optional<std::uint64_t> hint)
      : info_(std::move(info)),
        bytes_(std::move(bytes)),
        block_size_(block_size),
        failing_block_(failing_block),
        passes_(passes),
        hint_(hint) {}

  const LayerInfo& info() const noexcept override { return info_; }

  Block next() override {
    if (failing_block_ && offset_ / block_size_ == *failing_block_)
      throw Error(Errc::io, Side::input, {.subject = info_.name, .what = "cannot read", .found = "Input/output error"});
    const auto block = std::as_bytes(std::span(bytes_)).subspan(offset_);
    const auto size = std::min(block.size(), block_size_);
    offset_ += size;
    return block.first(size);
  }

  bool restart() override {
    if (passes_ == Passes::one) return false;
    offset_ = 0;
    return true;
  }

  std::optional<std::uint64_t> size_hint() override { return hint_; }

 private:
  LayerInfo info_;
  std::string bytes_;
  std::size_t block_size_;
  std::optional<std::size_t> failing_block_;
  Passes passes_;
  std::optional<std::uint64_t> hint_;
  std::size_t offset_ = 0;
};

}  // namespace

MemoryInput::MemoryInput(TestImage image, MemoryInputOptions options)
    : image_(std::move(image)), options_(std::move(options)), order_(options_.order) {
  if (order_.empty()) {
    order_.resize(image_.layers.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
  }
  description_.source = "memory";
  if (options_.knowledge == Knowledge::nothing) return;
  description_.references = image_.references;
  description_.platform = image_.config.platform();
  description_.config = image_.config;
  description_.layers.emplace();
  for (std::size_t i = 0; i < image_.layers.size(); ++i) description_.layers->push_back(info_of(i));
}

std::unique_ptr<LayerReader> MemoryInput::next_layer() {
  while (next_ < order_.size() && options_.repeats == Repeats::once && is_repeated(next_)) ++next_;
  if (next_ == order_.size()) return nullptr;
  const auto position = order_[next_++];
  const auto fault = options_.faults.find(position);
  const auto kind = fault == options_.faults.end() ? std::nullopt : std::optional(fault->second);
  const auto hint = options_.hints.find(position);
  return std::make_unique<MemoryReader>(
      info_of(position), broken(pack(image_.layers[position], options_.compression), kind), options_.block_size,
      kind == Fault::failing ? std::optional(options_.failing_block) : std::nullopt,
      options_.knowledge == Knowledge::nothing ? MemoryReader::Passes::one : MemoryReader::Passes::many,
      hint == options_.hints.end() ? std::nullopt : std::optional(hint->second));
}

LayerInfo MemoryInput::info_of(std::size_t position) const {
  LayerInfo info{.compression = options_.compression, .name = "memory: layer " + std::to_string(position)};
  if (options_.knowledge == Knowledge::nothing) return info;
  const auto& layers = image_.layers;
  const auto lowest = std::find(layers.begin(), layers.end(), layers[position]) - layers.begin();
  info.index = static_cast<std::size_t>(lowest);
  info.diff_id = image_.config.diff_ids()[position];
  if (options_.knowledge == Knowledge::everything && options_.compression == Compression::none)
    info.size = layers[position].size();
  if (options_.knowledge == Knowledge::blobs) {
    const std::string blob = pack(layers[position], options_.compression);
    info.stored = Descriptor{.media_type = {}, .digest = sha256(blob), .size = blob.size()};
  }
  return info;
}

bool MemoryInput::is_repeated(std::size_t position) const {
  const auto same = [&](std::size_t earlier) { return image_.layers[earlier] == image_.layers[order_[position]]; };
  return std::any_of(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(position), same);
}

}  // namespace occy::test
