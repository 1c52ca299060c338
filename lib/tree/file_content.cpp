#include "tree/file_content.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "occy/error.hpp"

namespace occy::tree {

FileContent::FileContent(io::File file, const Entry& entry, std::span<const tar::SparseRun> runs, const Limits& limits,
                         Hashing hashing)
    : file_(std::move(file)), size_(entry.real_size) {
  if (entry.sparse) sparse_.emplace(entry, runs, limits);
  if (hashing == Hashing::yes) hash_.emplace();
}

void FileContent::write(Block bytes) {
  if (!sparse_) return write_at(offset_, bytes);
  require(sparse_->push(bytes, [this](std::uint64_t offset, Block run) { write_at(offset, run); }));
}

Digest FileContent::finish() {
  if (sparse_) {
    require(sparse_->finish());
    file_.resize(size_);
  }
  if (!hash_) return Digest(Digest::Bytes{});
  hash_zeros_to(size_);
  return hash_->finish();
}

void FileContent::write_at(std::uint64_t offset, Block bytes) {
  if (hash_) {
    hash_zeros_to(offset);
    hash_->update(bytes);
  }
  file_.write_at(bytes, offset);
  offset_ = offset + bytes.size();
}

// What a hole costs here is bounded by the limit on what a layer may expand to.
void FileContent::hash_zeros_to(std::uint64_t offset) {
  static constexpr std::array<std::byte, std::size_t{64} * 1024> kZeros{};
  for (; offset_ < offset; offset_ += std::min<std::uint64_t>(kZeros.size(), offset - offset_))
    hash_->update(
        Block(kZeros).first(static_cast<std::size_t>(std::min<std::uint64_t>(kZeros.size(), offset - offset_))));
}

void FileContent::require(const result<void>& done) const {
  if (done) return;
  throw Error(Errc::bad_archive, Side::input,
              {.subject = "", .what = "cannot be unpacked", .found = done.error().message});
}

}  // namespace occy::tree
