#include "pipeline/plain_content.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "occy/error.hpp"

namespace occy::pipeline {

PlainContent::PlainContent(std::string layer, const Limits& limits, OnBytes on_bytes)
    : layer_(std::move(layer)), limits_(limits), on_bytes_(std::move(on_bytes)) {}

void PlainContent::begin(const Entry& entry, std::span<const tar::SparseRun> runs) {
  path_ = entry.path;
  given_ = 0;
  real_size_ = entry.real_size;
  unpacker_.reset();
  if (!entry.sparse) return;
  if (entry.real_size > limits_.expanded_layer_bytes - expanded_)
    throw Error(Errc::limit, Side::input,
                {.subject = layer_ + ": " + path_,
                 .what = "sparse files are too large when they are unpacked",
                 .expected = "up to " + std::to_string(limits_.expanded_layer_bytes) + " bytes in one layer",
                 .found = "more"});
  expanded_ += entry.real_size;
  unpacker_.emplace(entry, runs, limits_);
}

void PlainContent::take(Block bytes) {
  if (!unpacker_) return on_bytes_(bytes);
  require(unpacker_->push(bytes, [this](std::uint64_t offset, Block data) {
    add_zeros(offset - given_);
    on_bytes_(data);
    given_ += data.size();
  }));
}

void PlainContent::end() {
  if (!unpacker_) return;
  require(unpacker_->finish());
  add_zeros(real_size_ - given_);
}

void PlainContent::add_zeros(std::uint64_t count) {
  static constexpr std::array<std::byte, std::size_t{16} * 1024> kZeros{};
  given_ += count;
  while (count != 0) {
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(count, kZeros.size()));
    on_bytes_(Block(kZeros).first(part));
    count -= part;
  }
}

void PlainContent::require(const result<void>& unpacked) const {
  if (unpacked) return;
  throw Error(
      Errc::bad_archive, Side::input,
      {.subject = layer_ + ": " + path_, .what = "not a readable sparse file", .found = unpacked.error().message});
}

}  // namespace occy::pipeline
