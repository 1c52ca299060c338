// outputs/verdict.hpp: how a verification ends.
#pragma once

#include <cstddef>
#include <string>

#include "occy/check_results.hpp"

namespace occy::outputs {

/// Adds "verify.ok", the finding that is the proof, unless there are errors, or something could not be looked at
/// ("verify.unreachable"). `proved`: what it says.
void conclude(CheckResults& results, std::string subject, std::string proved);

/// "1 layer verified", "all 3 layers verified".
[[nodiscard]] std::string layers_verified(std::size_t layers);

}  // namespace occy::outputs
