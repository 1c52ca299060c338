#include "pipeline/hashing_tap.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "io/file.hpp"

namespace occy::pipeline {

// A ring of blocks that the caller fills and lends on while the thread hashes them. Several, so that neither waits for
// the other to wake up at every block. A block is filled again only when it is hashed.
class HashingTap::Lane {
 public:
  explicit Lane(Sha256& hash) : hash_(hash), thread_([this] { work(); }) {}
  ~Lane() { close(); }
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  void push(Block bytes, const TakeBlock& take) {
    while (!bytes.empty()) {
      if (!filling_) filling_ = &next_free_block();
      const Block part = bytes.first(std::min(bytes.size(), io::kBlockSize - filling_->size()));
      filling_->insert(filling_->end(), part.begin(), part.end());
      bytes = bytes.subspan(part.size());
      if (filling_->size() == io::kBlockSize) hand_over(take);
    }
  }

  /// Returns when everything is lent and hashed.
  void finish(const TakeBlock& take) {
    if (filling_) hand_over(take);
    close();
  }

 private:
  using Buffer = std::vector<std::byte>;
  static constexpr std::size_t kBlocks = 4;

  Buffer& next_free_block() {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return waiting_ < kBlocks; });
    }
    Buffer& block = blocks_[count_++ % kBlocks];
    block.clear();
    block.reserve(io::kBlockSize);
    return block;
  }

  void hand_over(const TakeBlock& take) {
    const Buffer& block = *std::exchange(filling_, nullptr);
    {
      const std::scoped_lock lock(mutex_);
      ++waiting_;
    }
    changed_.notify_one();
    if (take) take(block);
  }

  void work() {
    for (std::size_t number = 0; wait_for_block(); ++number) {
      hash_.update(blocks_[number % kBlocks]);
      {
        const std::scoped_lock lock(mutex_);
        --waiting_;
      }
      changed_.notify_one();
    }
  }

  // False: there will be no more.
  bool wait_for_block() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_ != 0 || closed_; });
    return waiting_ != 0;
  }

  void close() {
    if (!thread_.joinable()) return;
    {
      const std::scoped_lock lock(mutex_);
      closed_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

  Sha256& hash_;
  std::array<Buffer, kBlocks> blocks_;
  Buffer* filling_ = nullptr;  // the caller's
  std::size_t count_ = 0;      // the caller's
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t waiting_ = 0;  // filled, not hashed yet
  bool closed_ = false;
  std::thread thread_;  // the last member: it uses the others
};

HashingTap::HashingTap(const TakeBlock& take, HashingHelp help) : take_(take), help_(help) {}

HashingTap::~HashingTap() {
  if (!lane_) return;
  lane_.reset();
  help_.spares->add();
}

void HashingTap::push(Block bytes) {
  if (!lane_) look_for_processor();
  if (lane_) return lane_->push(bytes, take_);
  if (help_.others != nullptr) return push_beside(bytes);
  hash_.update(bytes);
  if (take_) take_(bytes);
}

void HashingTap::push_beside(Block bytes) {
  help_.others->hash(hash_, bytes);
  if (take_) take_(bytes);
  help_.others->settle(hash_);
}

void HashingTap::look_for_processor() {
  if (help_.spares == nullptr || !help_.spares->take()) return;
  try {
    lane_ = std::make_unique<Lane>(hash_);
  } catch (const std::system_error&) {
    help_.spares->add();
    help_.spares = nullptr;  // no thread to be had: the caller hashes
  }
}

Digest HashingTap::finish() {
  if (lane_) lane_->finish(take_);
  return hash_.finish();
}

}  // namespace occy::pipeline
