// pipeline/crew.hpp: a fixed number of threads that do one job together.
#pragma once

#include <functional>
#include <stop_token>

namespace occy::pipeline {

/// How many workers a job gets: `jobs`, or one for each processor and 4 at most when it is 0; never more than either
/// side allows, never less than 1.
[[nodiscard]] unsigned crew_size(unsigned jobs, unsigned input_allows, unsigned output_allows) noexcept;

/// Calls `work` on `workers` threads at once, of which the caller's is one: a crew of one starts no thread. When
/// threads cannot be had, it goes on with fewer. `work` gets a token that `stop`, or another worker's exception, stops.
///
/// Returns when every worker has. The first exception is thrown again.
void run_crew(unsigned workers, const std::stop_token& stop, const std::function<void(const std::stop_token&)>& work);

}  // namespace occy::pipeline
