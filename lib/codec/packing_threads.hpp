// codec/packing_threads.hpp: threads that pack pieces of streams, for any number of encoders.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "codec/packed_piece.hpp"

namespace occy::codec {

/// At most one piece more than there are threads is on its way at once: that bounds the memory, about 1 MiB each.
///
/// Threads: may be used by several at once.
class PackingThreads {
 public:
  /// Starts none yet. With 1, none is ever started: encoders do the work where they are called.
  explicit PackingThreads(unsigned most);

  /// Ends when the pieces that are being packed are; the others are dropped.
  ~PackingThreads();
  PackingThreads(const PackingThreads&) = delete;
  PackingThreads& operator=(const PackingThreads&) = delete;

  /// A piece, and the place that it takes until it is destroyed.
  struct Held {
    struct GiveBack {
      void operator()(std::atomic<unsigned>* places) const noexcept { places->fetch_add(1); }
    };
    PackedPiece piece;
    std::unique_ptr<std::atomic<unsigned>, GiveBack> place;
  };

  /// Begins to pack `plain`, which is then empty. Nothing, and `plain` is as before, when all places are taken. This
  /// outlives the result.
  [[nodiscard]] std::optional<std::future<Held>> try_pack(std::vector<std::byte>& plain);

 private:
  using Task = std::packaged_task<Held()>;

  [[nodiscard]] bool have_threads();
  void work(const std::stop_token& stop);

  unsigned most_;
  std::atomic<unsigned> free_places_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable_any changed_;
  std::deque<Task> tasks_;
  std::vector<std::jthread> threads_;
};

}  // namespace occy::codec
