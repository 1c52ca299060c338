// outputs/layer_jobs.hpp: work on several layers at once, when all of them are known.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "occy/check_results.hpp"
#include "occy/layer.hpp"

namespace occy::outputs {

/// `asked`, or one for each processor and 4 at most when it is 0.
[[nodiscard]] unsigned job_count(unsigned asked) noexcept;

/// Each layer once, however often the config lists it.
[[nodiscard]] std::vector<LayerRecord> distinct(const std::vector<LayerRecord>& layers);

/// Calls `work` with 0 … sizes.size() - 1, on `jobs` threads (fewer where the system gives no more), the biggest first:
/// begun last, it would keep one thread busy when the others are done. The first exception is thrown again.
void for_each_layer(const std::vector<std::uint64_t>& sizes, unsigned jobs,
                    const std::function<void(std::size_t)>& work);

/// The findings about each layer, in the order of `layers`, whoever is ready first.
[[nodiscard]] CheckResults check_layers(const std::vector<LayerRecord>& layers, unsigned jobs,
                                        const std::function<CheckResults(const LayerRecord&)>& check);

}  // namespace occy::outputs
