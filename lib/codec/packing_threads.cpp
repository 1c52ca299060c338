#include "codec/packing_threads.hpp"

#include <system_error>
#include <utility>

namespace occy::codec {

PackingThreads::PackingThreads(unsigned most) : most_(most), free_places_(most > 1 ? most + 1 : 0) {}

PackingThreads::~PackingThreads() {
  for (std::jthread& thread : threads_) thread.request_stop();
}

std::optional<std::future<PackingThreads::Held>> PackingThreads::try_pack(std::vector<std::byte>& plain) {
  const std::scoped_lock lock(mutex_);
  if (free_places_ == 0 || !have_threads()) return std::nullopt;
  free_places_.fetch_sub(1);
  Task task([plain = std::exchange(plain, {}), place = decltype(Held::place)(&free_places_)]() mutable {
    const std::vector<std::byte> taken = std::exchange(plain, {});  // not kept as long as the result
    return Held{.piece = pack_piece(taken), .place = std::move(place)};
  });
  auto result = task.get_future();
  tasks_.push_back(std::move(task));
  changed_.notify_one();
  return result;
}

// One more for every piece, up to the most. A system that gives no more makes the work slower, not impossible.
bool PackingThreads::have_threads() {
  if (threads_.size() < most_) {
    try {
      threads_.emplace_back([this](const std::stop_token& stop) { work(stop); });
    } catch (const std::system_error&) {
      most_ = static_cast<unsigned>(threads_.size());
    }
  }
  return !threads_.empty();
}

void PackingThreads::work(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return !tasks_.empty(); }) && !stop.stop_requested()) {
    Task task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
    lock.lock();
  }
}

}  // namespace occy::codec
