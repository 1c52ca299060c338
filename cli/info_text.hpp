// cli/info_text.hpp: what an image is, for people.
#pragma once

#include <string>

#include "json_report.hpp"

namespace occy::cli {

/// A line for each fact, and one for each layer with the step of the build that made it.
[[nodiscard]] std::string info_text(const ImageFacts& facts);

}  // namespace occy::cli
