// cli/text_report.hpp: numbers, findings and summaries for people.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "image_job.hpp"
#include "occy/check_results.hpp"
#include "occy/error.hpp"
#include "occy/output.hpp"
#include "occy/registry.hpp"
#include "settings.hpp"

namespace occy::cli {

/// "402.3 MB": decimal units, as disks and downloads are counted.
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);

/// A step of a build, which may be a whole script: on one line, and not all of a long one.
[[nodiscard]] std::string step_text(const std::string& created_by);

/// "1 layer", "8 layers".
[[nodiscard]] std::string counted(std::size_t count, const std::string& noun);

/// "one, two".
[[nodiscard]] std::string joined(const std::vector<std::string>& words);

/// One line a finding; those of severity info only when asked for everything.
[[nodiscard]] std::string findings_text(const CheckResults& results, Settings::Voice voice);

/// "1.2s"
[[nodiscard]] std::string seconds_text(std::chrono::nanoseconds time);

/// ", verified OK", as summaries and lines of lists end; empty where it was not asked.
[[nodiscard]] std::string verdict_text(const JobReport& report, std::optional<VerifyLevel> level);

/// ", 3 retries, 1 rate limit", what is not zero of it.
[[nodiscard]] std::string traffic_text(const RegistryTraffic& traffic);

/// "Summary: 8 layers, 402.3 MB, 1.2s, verified OK", and the findings of the verification.
[[nodiscard]] std::string summary_text(const JobReport& report, std::optional<VerifyLevel> level,
                                       const RegistryTraffic& traffic, Settings::Voice voice);

/// "occy: input: image.tar: …" and the hint, when there is one.
[[nodiscard]] std::string error_text(const Error& error);

}  // namespace occy::cli
