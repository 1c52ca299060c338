#include "pipeline/content_hash.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "occy/error.hpp"

namespace occy::pipeline {

ContentHash::ContentHash(std::string layer, const Limits& limits) : layer_(std::move(layer)), limits_(limits) {}

void ContentHash::begin(const Entry& entry, std::span<const tar::SparseRun> runs) {
  path_ = entry.path;
  hashed_ = 0;
  real_size_ = entry.real_size;
  unpacker_.reset();
  if (!entry.sparse) return;
  if (entry.real_size > limits_.expanded_layer_bytes - expanded_)
    throw Error(Errc::limit, Side::input,
                {.subject = layer_ + ": " + path_,
                 .what = "sparse files are too large to be compared",
                 .expected = "up to " + std::to_string(limits_.expanded_layer_bytes) + " bytes in one layer",
                 .found = "more"});
  expanded_ += entry.real_size;
  unpacker_.emplace(entry, runs, limits_);
}

void ContentHash::take(Block bytes) {
  if (!unpacker_) return hash_.update(bytes);
  require(unpacker_->push(bytes, [this](std::uint64_t offset, Block data) {
    add_zeros(offset - hashed_);
    hash_.update(data);
    hashed_ += data.size();
  }));
}

Digest ContentHash::finish() {
  if (unpacker_) {
    require(unpacker_->finish());
    add_zeros(real_size_ - hashed_);
  }
  return hash_.finish();
}

void ContentHash::add_zeros(std::uint64_t count) {
  static constexpr std::array<std::byte, std::size_t{16} * 1024> kZeros{};
  hashed_ += count;
  while (count != 0) {
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(count, kZeros.size()));
    hash_.update(Block(kZeros).first(part));
    count -= part;
  }
}

void ContentHash::require(const result<void>& unpacked) const {
  if (unpacked) return;
  throw Error(
      Errc::bad_archive, Side::input,
      {.subject = layer_ + ": " + path_, .what = "not a readable sparse file", .found = unpacked.error().message});
}

}  // namespace occy::pipeline
