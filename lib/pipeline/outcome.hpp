// pipeline/outcome.hpp: what the findings of a verification amount to.
#pragma once

#include <optional>

#include "occy/check_results.hpp"
#include "occy/process.hpp"

namespace occy::pipeline {

/// Missing, or without findings: it was not asked.
[[nodiscard]] ProcessReport::Outcome outcome_of(const std::optional<CheckResults>& verification) noexcept;

}  // namespace occy::pipeline
