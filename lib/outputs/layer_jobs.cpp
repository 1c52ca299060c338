#include "outputs/layer_jobs.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <numeric>
#include <set>
#include <system_error>
#include <thread>

namespace occy::outputs {
namespace {

constexpr unsigned kMostDefaultJobs = 4;

std::vector<std::size_t> biggest_first(const std::vector<std::uint64_t>& sizes) {
  std::vector<std::size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return sizes[a] > sizes[b]; });
  return order;
}

/// Runs `work` in `threads` threads, this one among them; in fewer where the system gives no more.
template <class Work>
void run_in_threads(std::size_t threads, const Work& work) {
  std::vector<std::jthread> helpers;
  try {
    while (helpers.size() + 1 < threads) helpers.emplace_back(work);
  } catch (const std::system_error&) {
  }
  work();
}

}  // namespace

unsigned job_count(unsigned asked) noexcept {
  return asked != 0 ? asked : std::clamp(std::thread::hardware_concurrency(), 1U, kMostDefaultJobs);
}

std::vector<LayerRecord> distinct(const std::vector<LayerRecord>& layers) {
  std::vector<LayerRecord> once;
  std::set<Digest> seen;
  for (const auto& layer : layers)
    if (seen.insert(layer.diff_id).second) once.push_back(layer);
  return once;
}

void for_each(std::size_t count, unsigned jobs, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr first;
  run_in_threads(std::min<std::size_t>(jobs, count), [&] {
    try {
      for (auto i = next++; i < count; i = next++) work(i);
    } catch (...) {
      const std::scoped_lock lock(mutex);
      if (!first) first = std::current_exception();
      next = count;
    }
  });
  if (first) std::rethrow_exception(first);
}

void for_each_layer(const std::vector<std::uint64_t>& sizes, unsigned jobs,
                    const std::function<void(std::size_t)>& work) {
  const auto order = biggest_first(sizes);
  for_each(order.size(), jobs, [&](std::size_t i) { work(order[i]); });
}

}  // namespace occy::outputs
