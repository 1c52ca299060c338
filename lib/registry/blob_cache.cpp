#include "registry/blob_cache.hpp"

#include <unistd.h>

#include <algorithm>
#include <span>
#include <system_error>
#include <utility>

#include "io/digest_of.hpp"
#include "io/file_source.hpp"
#include "occy/error.hpp"
#include "registry/partial_blob.hpp"

namespace occy::registry {
namespace {

/// A file that is whole, and its bytes.
class WholeBlob final : public BlockSource {
 public:
  WholeBlob(io::File file, std::uint64_t size) : file_(std::move(file)), bytes_(file_, 0, size) {}
  Block next() override { return bytes_.next(); }

 private:
  io::File file_;
  io::FileRangeSource bytes_;
};

bool is_blob(const io::File& file, const Descriptor& blob, const std::stop_token& stop) {
  return file.size() == blob.size && io::digest_of(file, stop) == blob.digest;
}

/// Null when there is none, or a wrong one, which is removed then.
std::unique_ptr<BlockSource> open_whole(const std::filesystem::path& path, const Descriptor& blob,
                                        const std::stop_token& stop) {
  try {
    io::File file = io::File::open_to_read(path, Side::input);
    if (is_blob(file, blob, stop)) return std::make_unique<WholeBlob>(std::move(file), blob.size);
  } catch (const Error& error) {
    if (error.code() == Errc::not_found) return nullptr;
    if (error.code() != Errc::io && error.code() != Errc::size_mismatch) throw;
  }
  ::unlink(path.c_str());
  return nullptr;
}

/// What is kept, and then what is fetched, which is kept too.
class GrowingBlob final : public BlockSource {
 public:
  GrowingBlob(PartialBlob partial, const Descriptor& blob, std::filesystem::path final_path, BlobCache::Fetch fetch)
      : partial_(std::move(partial)), blob_(blob), final_path_(std::move(final_path)), fetch_(std::move(fetch)) {
    if (partial_.file().size() > blob.size) partial_.file().resize(0);
    kept_ = partial_.file().size();
    beginning_.emplace(partial_.file(), 0, kept_);
  }

  Block next() override {
    if (done_) return {};
    const Block block = position_ < kept_ ? beginning_->next() : fetched();
    hash_.update(block);
    position_ += block.size();
    if (block.empty()) finish();
    return block;
  }

 private:
  Block fetched() {
    if (!rest_) rest_ = fetch_(position_);
    const Block block = rest_->next();
    partial_.file().write_at(block, position_);
    return block;
  }

  void finish() {
    done_ = true;
    const Digest actual = hash_.finish();
    if (actual == blob_.digest) return partial_.publish(final_path_);
    partial_.discard();
    if (kept_ == 0) return;  // whoever reads it proves it, and says so
    throw Error(Errc::digest_mismatch, Side::input,
                {.subject = final_path_.string() + ".part",
                 .what = "what an earlier run kept was no beginning of the blob, and is removed now",
                 .expected = blob_.digest.str(),
                 .found = actual.str(),
                 .hint = "run it again"});
  }

  PartialBlob partial_;
  Descriptor blob_;
  std::filesystem::path final_path_;
  BlobCache::Fetch fetch_;
  std::uint64_t kept_ = 0;
  std::uint64_t position_ = 0;
  Sha256 hash_;
  bool done_ = false;
  std::optional<io::FileRangeSource> beginning_;
  std::unique_ptr<BlockSource> rest_;
};

}  // namespace

BlobCache::BlobCache(const std::filesystem::path& directory, std::stop_token stop)
    : directory_(directory / "blobs" / "sha256"), stop_(std::move(stop)) {
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  if (error) io::throw_system_error(error.value(), Side::input, directory_, "cannot make the directory");
}

std::unique_ptr<BlockSource> BlobCache::open(const Descriptor& blob, Fetch fetch) const {
  const auto path = directory_ / blob.digest.hex();
  if (auto whole = open_whole(path, blob, stop_)) return whole;
  auto partial = PartialBlob::lock(path.string() + ".part");
  if (!partial) return fetch(0);
  // Another may have finished it in between.
  if (auto whole = open_whole(path, blob, stop_)) return partial->discard(), std::move(whole);
  return std::make_unique<GrowingBlob>(std::move(*partial), blob, path, std::move(fetch));
}

std::optional<std::string> BlobCache::read_end(const Descriptor& blob, std::size_t bytes) const {
  try {
    const io::File file = io::File::open_to_read(directory_ / blob.digest.hex(), Side::input);
    if (file.size() != blob.size) return std::nullopt;
    std::string end(bytes, '\0');
    file.read_exactly_at(std::as_writable_bytes(std::span(end)), blob.size - bytes);
    return end;
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace occy::registry
