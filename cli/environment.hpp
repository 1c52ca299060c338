// cli/environment.hpp: environment variables.
#pragma once

#include <string>

namespace occy::cli {

/// Empty when it is not set.
[[nodiscard]] std::string variable(const char* name);

}  // namespace occy::cli
