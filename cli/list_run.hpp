// cli/list_run.hpp: `process --from-file`: many images, several at once.
#pragma once

#include <string>

#include "commands.hpp"
#include "image_job.hpp"
#include "settings.hpp"

namespace occy::cli {

struct ListArguments {
  std::string file;  ///< "-": standard input; empty: none
  unsigned images_at_once = 1;
  std::string shard;  ///< "I/N"; empty: the whole list
};

/// Checks the whole list, then moves its images, each by itself, and goes on after a failure. Throws Error for a list
/// that is wrong: then nothing was moved.
[[nodiscard]] Exit run_list(const ListArguments& arguments, const JobOptions& options, const Settings& settings);

}  // namespace occy::cli
