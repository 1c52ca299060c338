// cli/image_job.hpp: moves one image, or one index with all its images.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "occy/index_copy.hpp"
#include "occy/process.hpp"
#include "opener.hpp"
#include "platform_choice.hpp"
#include "settings.hpp"

namespace occy::cli {

/// From where, to where.
struct ImagePair {
  std::string source;
  std::string destination;
};

/// How images are moved.
struct JobOptions {
  std::vector<std::string> filters;
  std::optional<VerifyLevel> verify;
  PlatformChoice platforms;
};

struct JobReport {
  std::variant<ProcessReport, IndexCopyReport> what;
  std::chrono::nanoseconds time{};

  [[nodiscard]] ProcessReport::Outcome outcome() const;
  [[nodiscard]] std::uint64_t bytes() const;  ///< that were written
  [[nodiscard]] const std::optional<CheckResults>& verification() const;
};

/// What a job tells while it runs. Null: nothing.
struct JobObservers {
  /// Called when the source has said what there is.
  std::function<std::unique_ptr<Progress>(const ImageDescription&)> image = {};
  IndexCopyObserver* index = nullptr;
};

/// Opens both sides without asking them anything: throws Error (side: usage) for what is wrong with the call itself.
void require_possible(const ImagePair& pair, const JobOptions& options, const Settings& settings, Opener& opener);

[[nodiscard]] JobReport run_job(const ImagePair& pair, const JobOptions& options, const Settings& settings,
                                Opener& opener, const JobObservers& observers, const std::stop_token& stop);

}  // namespace occy::cli
