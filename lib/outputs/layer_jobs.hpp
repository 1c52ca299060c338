// outputs/layer_jobs.hpp: work on several layers at once, when all of them are known.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "occy/check_results.hpp"
#include "occy/layer.hpp"

namespace occy::outputs {

/// `asked`, or one for each processor and 4 at most when it is 0.
[[nodiscard]] unsigned job_count(unsigned asked) noexcept;

/// Each layer once, however often the config lists it.
[[nodiscard]] std::vector<LayerRecord> distinct(const std::vector<LayerRecord>& layers);

/// Calls `work` with 0 … count - 1, on `jobs` threads (fewer where the system gives no more). The first exception is
/// thrown again.
void for_each(std::size_t count, unsigned jobs, const std::function<void(std::size_t)>& work);

/// The same for each of `sizes`, the biggest first: begun last, it would keep one thread busy when the others are done.
void for_each_layer(const std::vector<std::uint64_t>& sizes, unsigned jobs,
                    const std::function<void(std::size_t)>& work);

/// What reading it costs.
[[nodiscard]] inline std::uint64_t bytes_to_read(const Descriptor& blob) { return blob.size; }
[[nodiscard]] inline std::uint64_t bytes_to_read(const LayerRecord& layer) {
  return layer.stored ? layer.stored->size : layer.size;
}

/// The findings about each layer or blob, in their order, whoever is ready first; `jobs` are looked at at once.
template <class Sized, class Check>
[[nodiscard]] CheckResults check_each(const std::vector<Sized>& all, unsigned jobs, const Check& check) {
  std::vector<std::uint64_t> sizes;
  sizes.reserve(all.size());
  for (const Sized& one : all) sizes.push_back(bytes_to_read(one));
  std::vector<CheckResults> found(all.size());
  for_each_layer(sizes, jobs, [&](std::size_t i) { found[i] = check(all[i]); });
  CheckResults results;
  for (CheckResults& one : found) results.merge(std::move(one));
  return results;
}

}  // namespace occy::outputs
